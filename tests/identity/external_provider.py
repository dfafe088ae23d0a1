"""The certified OpenID Connect provider of tests/identity/external, running in node beside the tests.

Its keys are made here, so that the tests can also sign what it never would.
"""

import base64
import hashlib
import json
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from deploy.external_issuer import FOLDER
from shared.identity.trust.issuers import TrustedIssuer
from tests.identity.signers import KEYCLOAK_CLAIMS, Signer, as_keycloak_says, parsed

BACK = "http://127.0.0.1/back"
WEB = {"client_id": "web", "redirect_uris": [BACK], "token_endpoint_auth_method": "none"}
MOST_STEPS = 6
"""Ask, sign in, come back: an answer that sends us on for ever is a mistake."""


def why_not() -> str | None:
    if not shutil.which("node"):
        return "node is not installed: no external OpenID Connect provider to test against"
    if not (FOLDER / "node_modules" / ".installed").exists():
        return "the external OpenID Connect provider is not installed: ./linli test does it once, with npm"
    return None


@dataclass
class ExternalProvider(Signer):
    """What it says of itself is found by discovery; `known` is whom it knows."""

    url: str = ""
    file: Path = Path()
    known: dict[str, Any] = field(default_factory=dict)

    def bearer(self, *grants: str, subject: str | None = None) -> dict[str, str]:
        """The provider itself signs them in, by the code flow with PKCE."""
        person = subject or f"test:{'+'.join(grants)}"
        self.add_person(person, words=as_keycloak_says(parsed(grants))["realm_access"]["roles"])
        return {"Authorization": f"Bearer {self.sign_in(person)['access_token']}"}

    def add_person(self, name: str, **what: Any) -> None:
        self.known["people"][name] = what
        self.write()

    def add_client(self, **what: Any) -> None:
        self.known["clients"].append({"grant_types": ["client_credentials"], "redirect_uris": [], "response_types": []} | what)
        self.write()

    def write(self) -> None:
        unfinished = self.file.with_suffix(".new")
        unfinished.write_text(json.dumps(self.known))
        unfinished.rename(self.file)

    def sign_in(self, person: str, resource: str = "urn:ES256:linli") -> dict[str, str]:
        """The answer of the token endpoint. `resource` says which algorithm and which audience."""
        verifier = secrets.token_urlsafe(40)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        with httpx.Client(base_url=self.url, trust_env=False) as browser:
            answer = browser.get("/auth", params={
                "client_id": "web", "response_type": "code", "scope": "openid", "redirect_uri": BACK, "resource": resource,
                "code_challenge": challenge, "code_challenge_method": "S256", "login_hint": person})
            code = code_after(browser, answer)
            return answered(browser.post("/token", data={
                "grant_type": "authorization_code", "client_id": "web", "redirect_uri": BACK, "code": code,
                "code_verifier": verifier, "resource": resource}))


def code_after(browser: httpx.Client, answer: httpx.Response) -> str:
    for _ in range(MOST_STEPS):
        place = answer.headers.get("location", "")
        if place.startswith(BACK):
            return parse_qs(urlsplit(place).query)["code"][0]
        answer = browser.get(place)
    raise AssertionError(f"no code: {answer.status_code} {answer.text}")


def answered(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    return answer.json()


@contextmanager
def external_provider(folder: Path) -> Iterator[ExternalProvider]:
    port, keys = a_port(), [key(kind) for kind in KINDS]
    url, file = f"http://127.0.0.1:{port}", folder / "known.json"
    known = {"keys": [one.as_dict(private=True) for one in keys], "clients": [WEB], "people": {}}
    provider = ExternalProvider(
        TrustedIssuer(issuer=url, algorithms=("ES256", "RS256"), claims=KEYCLOAK_CLAIMS), keys[0], "ES256",
        as_keycloak_says, url=url, file=file, known=known)
    provider.write()
    with (folder / "provider.log").open("w") as log:
        process = subprocess.Popen(["node", "provider.mjs", str(port), str(file)], cwd=FOLDER, stdout=subprocess.PIPE,
                                   stderr=log, text=True)
        try:
            assert process.stdout and process.stdout.readline() == "ready\n", (folder / "provider.log").read_text()
            yield provider
        finally:
            process.terminate()
            process.wait()


KINDS: dict[str, tuple[type[Key], Any]] = {
    "ES256": (ECKey, "P-256"), "RS256": (RSAKey, 2048), "Ed25519": (OKPKey, "Ed25519")}


def key(algorithm: str) -> Key:
    kind, size = KINDS[algorithm]
    return kind.generate_key(size, {"use": "sig", "alg": algorithm}, auto_kid=True)


def a_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]
