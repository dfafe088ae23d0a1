"""Secrets for docker-compose: makes what is missing, then gives every container a copy of its own and nobody else's.

    python -m deploy.hand_out /secrets /shares

Each folder in `/shares` is a volume that one other container mounts, and there alone. The files in it can be read by
anybody who sees them, because that container's user is not ours to choose (PostgreSQL's image has its own).
Can be run again at any time: a secret that was replaced in `/secrets` reaches its reader that way.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.databases import ADMIN, app_of
from deploy.keys import Keys
from deploy.topology import APPLICATIONS, INTEGRATOR, ISSUER, SERVICES

READABLE = 0o444

Share = Mapping[str, Path]
"""What a file is called for its reader, and where it comes from."""


def shares_of(keys: Keys) -> dict[str, Share]:
    shares: dict[str, Share] = {
        "postgres": {"password": keys.password(ADMIN)},
        "nats": {"public.env": keys.nats_public},
        # As `./linli demo --secrets` reads it: what a visitor needs to sign in and to listen.
        "demo": {"persona_password": keys.persona_password, "nats/integrator.seed": keys.seed(INTEGRATOR)},
    }
    for application in APPLICATIONS:
        shares[application] = {
            "database_password": keys.password(app_of(application)),
            "nats.seed": keys.seed(application),
            "credential": keys.credential(application),
            "audit_key.json": keys.audit_key(application),
            "field_keys.json": keys.field_keys(application),
        }
    for service in SERVICES:
        shares[service] = {**shares[service], "service_key.json": keys.service_key(service)}
    shares[ISSUER] = {
        **shares[ISSUER],
        "signing_key.json": keys.signing_key,
        "persona_password": keys.persona_password,
        **{f"service_keys/{service}.json": keys.public_service_keys / f"{service}.json" for service in SERVICES},
    }
    return shares


def hand_out(share: Share, folder: Path) -> None:
    for name, source in share.items():
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        # Renamed into place: a reader that starts at this moment sees the old secret or the new one, never half of it.
        unfinished = target.with_name(f".{target.name}.{os.getpid()}")
        unfinished.write_bytes(source.read_bytes())
        unfinished.chmod(READABLE)
        unfinished.rename(target)
    folder.chmod(0o755)


def main() -> None:
    secrets, shares = map(Path, sys.argv[1:])
    for reader, share in shares_of(Keys(secrets).make()).items():
        hand_out(share, shares / reader)


if __name__ == "__main__":
    main()
