"""Issuers whose keys the tests hold: one that says things as Linli's own does, and one that does not at all.

A signer makes the tokens that its issuer would make, and every other one that somebody may try.
"""

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from joserfc.jws import JWSRegistry

from shared.identity.trust.issuers import TrustedIssuer
from shared.testing import AUDIENCE, KEY

Grants = Callable[[list[tuple[str, str, str | None]]], dict[str, Any]]
"""How the grants (role, community, unit) stand in its tokens."""


@dataclass
class Signer:
    trusted: TrustedIssuer
    key: Key
    algorithm: str
    said: Grants
    now: Callable[[], float] = time.time

    def bearer(self, *grants: str, subject: str | None = None) -> dict[str, str]:
        """Headers of a caller, as in shared/testing.py."""
        return {"Authorization": f"Bearer {self.token(claims=self.claims(*grants, subject=subject))}"}

    def header(self) -> dict[str, Any]:
        return {"alg": self.algorithm, "typ": self.trusted.token_types[0], "kid": self.key.kid}

    def claims(self, *grants: str, subject: str | None = None) -> dict[str, Any]:
        now = int(self.now())
        return {"iss": self.trusted.issuer, "aud": [AUDIENCE], "sub": subject or f"test:{'+'.join(grants)}", "iat": now,
                "exp": now + 600, "jti": str(uuid4())} | self.said(parsed(grants))

    def token(
        self, header: dict[str, Any] | None = None, claims: dict[str, Any] | None = None, key: Key | None = None,
        algorithm: str | None = None,
    ) -> str:
        """With other header fields or claims, `None` removes one; signed for what it says, also where it says nonsense."""
        head, body = without_none(self.header() | (header or {})), without_none(self.claims() | (claims or {}))
        signed = f"{segment(head)}.{segment(body)}"
        signature = JWSRegistry.algorithms[algorithm or self.algorithm].sign(signed.encode(), key or self.key)
        return f"{signed}.{encoded(signature)}"


def parsed(grants: tuple[str, ...]) -> list[tuple[str, str, str | None]]:
    """`role@community` or `role@community/unit`."""
    split = [(role, *place.partition("/")) for role, _, place in (one.partition("@") for one in grants)]
    return [(role, community, unit or None) for role, community, _, unit in split]


def as_we_say(grants: list[tuple[str, str, str | None]]) -> dict[str, Any]:
    return {"grants": [{"role": role, "community": community} | ({"unit": unit} if unit else {})
                       for role, community, unit in grants]}


def as_keycloak_says(grants: list[tuple[str, str, str | None]]) -> dict[str, Any]:
    words = [":".join(filter(None, ("linli", *grant))) for grant in grants]
    return {"realm_access": {"roles": ["offline_access", *words]},
            "resource_access": {"account": {"roles": ["manage-account"]}}}


KEYCLOAK_CLAIMS = {
    "person": "profile.person", "amr": "acr", "methods": {"2": ["pwd", "otp", "mfa"]},
    "roles": [
        {"at": "realm_access.roles", "template": "linli:{role}:{community}"},
        {"at": "realm_access.roles", "template": "linli:{role}:{community}:{unit}"},
        {"at": "resource_access.linli.roles", "roles": {"医生": "doctor", "Sozialarbeit": "social_worker"},
         "community_at": "neighbourhood.communities"},
    ],
}

OURS = Signer(TrustedIssuer(issuer="http://issuer.test"), ECKey.import_key(KEY.as_dict(private=True), {"kid": KEY.kid or KEY.thumbprint()}),
              "ES256", as_we_say)


def double(folder: Path) -> Signer:
    """RS256, tokens that call themselves JWT, roles as words in nested claims, keys in a file."""
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    file = folder / "jwks.json"
    file.write_text(json.dumps(KeySet([key]).as_dict(private=False)))
    return Signer(TrustedIssuer(
        issuer="https://login.example.org/realms/linli", jwks_file=file, algorithms=("RS256",), token_types=("JWT",),
        claims=KEYCLOAK_CLAIMS), key, "RS256", as_keycloak_says)


def trust_file(folder: Path, *issuers: TrustedIssuer, **more: Any) -> Path:
    """What TRUSTED_ISSUERS_FILE names."""
    file = folder / f"trusted-{uuid4().hex[:8]}.json"
    file.write_text(json.dumps({"issuers": [one.model_dump(mode="json", exclude_unset=True) for one in issuers]} | more))
    return file


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def segment(content: Any) -> str:
    return encoded(json.dumps(content).encode())


def without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
