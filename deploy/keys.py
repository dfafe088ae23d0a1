"""Every secret of one installation: made once at random, one file each, readable by its owner alone.

    python -m deploy.keys FOLDER

makes those that are missing and leaves the others alone; `--new-field-keys` adds the next generation of field keys. The embedded run and docker-compose use the same folder:

    passwords/<database role>   nats/<user>.seed   nats/public.env   credentials/<service>
    signing_key.json            persona_password        field_keys/<application>.json
    audit/<service>.json
    service_keys/<service>.json, and service_keys/public/<service>.json for the issuer
"""

import base64
import json
import os
import secrets
import sys
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

import nkeys

from deploy.databases import ADMIN, BACKUP, app_of, migrator_of
from deploy.topology import APPLICATIONS, NATS_USERS, SERVICES


class Keys:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.signing_key = folder / "signing_key.json"
        self.persona_password = folder / "persona_password"
        self.credentials = folder / "credentials"
        self.nats_public = folder / "nats" / "public.env"

    def password(self, role: str) -> Path:
        return self.folder / "passwords" / role

    def seed(self, nats_user: str) -> Path:
        return self.folder / "nats" / f"{nats_user}.seed"

    def field_keys(self, application: str) -> Path:
        """What wraps everybody's keys, and the key of the blind indexes. Lost, all that was sealed is lost."""
        return self.folder / "field_keys" / f"{application}.json"

    def audit_key(self, service: str) -> Path:
        """With what a service signs how far its log has come. Replaced ones stay beside it, to verify with."""
        return self.folder / "audit" / f"{service}.json"

    def audit_keys(self, service: str) -> list[Path]:
        return sorted((self.folder / "audit").glob(f"{service}*.json"))

    def credential(self, service: str) -> Path:
        """The service's own secret; an external issuer is shown it as client secret."""
        return self.credentials / service

    def service_key(self, service: str) -> Path:
        """With which a service shows the built-in issuer who it is; the issuer sees the public half alone."""
        return self.folder / "service_keys" / f"{service}.json"

    @property
    def public_service_keys(self) -> Path:
        return self.folder / "service_keys" / "public"

    def make(self) -> "Keys":
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for role in (ADMIN, BACKUP, *map(migrator_of, APPLICATIONS), *map(app_of, APPLICATIONS)):
            write_once(self.password(role), random_word)
        for service in APPLICATIONS:
            write_once(self.credential(service), random_word)
            write_once(self.field_keys(service), random_field_keys)
            write_once(self.audit_key(service), random_signing_key)
        for service in SERVICES:
            write_once(self.service_key(service), random_signing_key)
            write_once(self.public_service_keys / f"{service}.json", partial(public_half, self.service_key(service)))
        for user in NATS_USERS:
            write_once(self.seed(user), random_seed)
        write_once(self.persona_password, lambda: secrets.token_urlsafe(12))
        write_once(self.signing_key, random_signing_key)
        publish = "".join(f"{name}={key}\n" for name, key in self.nats_environment().items())
        write_once(self.nats_public, lambda: publish)
        return self

    def nats_environment(self) -> dict[str, str]:
        """The public half of the NATS users, as deploy/nats.conf reads it."""
        return {f"NATS_NKEY_{user.upper()}": public_key(self.seed(user)) for user in NATS_USERS}


def random_word() -> str:
    return secrets.token_urlsafe(32)


def random_seed() -> str:
    return nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER).decode()


def random_signing_key() -> str:
    from joserfc.jwk import ECKey  # slow to import, and needed once per installation

    return json.dumps(ECKey.generate_key("P-256").as_dict(private=True))


def public_half(key: Path) -> str:
    from joserfc.jwk import ECKey

    return json.dumps(ECKey.import_key(json.loads(key.read_text())).as_dict(private=False))


def random_field_keys() -> str:
    return json.dumps(with_another_key({"keys": {}, "index": random_key()}))


def with_another_key(document: dict) -> dict:
    """The next generation of field keys: new values are sealed under it, old ones open until they are sealed anew."""
    day = f"k{datetime.now(UTC):%Y%m%d}"
    name = next(one for number in count(1) if (one := f"{day}-{number}") not in document["keys"])
    return document | {"current": name, "keys": document["keys"] | {name: random_key()}}


def random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def public_key(seed: Path) -> str:
    return nkeys.from_seed(bytearray(seed.read_bytes().strip())).public_key.decode()


def write_once(path: Path, content: object) -> None:
    """Whole or not at all, so that a power cut leaves no empty secret behind."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_over(path, content())


def write_over(path: Path, content: str) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)


def main() -> None:
    folder, *asked = sys.argv[1:]
    keys = Keys(Path(folder)).make()
    if asked == ["--new-field-keys"]:
        for application in APPLICATIONS:
            file = keys.field_keys(application)
            write_over(file, json.dumps(with_another_key(json.loads(file.read_text()))))
    elif asked:
        sys.exit(f"{asked[0]}: --new-field-keys")


if __name__ == "__main__":
    main()
