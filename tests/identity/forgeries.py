"""Tokens that nobody may believe, each with the one word that the log says of it."""

import hmac
from collections.abc import Callable
from typing import Any

from joserfc.jwk import ECKey, RSAKey

from tests.identity.signers import Signer, encoded, segment

Forgery = Callable[[Signer], str]

STRANGERS = {"ES256": ECKey.generate_key("P-256", auto_kid=True), "RS256": RSAKey.generate_key(2048, auto_kid=True)}
P384 = ECKey.generate_key("P-384", auto_kid=True)


def changed(header: dict[str, Any] | None = None, claims: dict[str, Any] | None = None) -> Forgery:
    """Signed by the issuer itself."""
    return lambda by: by.token(header, claims)


def later(claim: str, seconds: float) -> Forgery:
    """The claim, so many seconds from now."""
    return lambda by: by.token(claims={claim: int(by.now() + seconds)})


def by_stranger(**header: Any) -> Forgery:
    return lambda by: by.token(header, key=STRANGERS[by.algorithm])


def unsigned(alg: str) -> Forgery:
    return lambda by: f"{by.token({'alg': alg}).rpartition('.')[0]}."


def signed_with_public_key(by: Signer) -> str:
    """The classic confusion: the public key taken for the secret of an HMAC. joserfc itself refuses to make one."""
    text = unsigned("HS256")(by).rstrip(".")
    return f"{text}.{encoded(hmac.digest(by.key.as_pem(private=False), text.encode(), 'sha256'))}"


def with_claims_changed(by: Signer) -> str:
    header, _, signature = by.token().split(".")
    return f"{header}.{segment(by.claims('operator@*'))}.{signature}"


def with_header(content: Any) -> Forgery:
    def forge(by: Signer) -> str:
        _, payload, signature = by.token().split(".")
        return f"{segment(content)}.{payload}.{signature}"
    return forge


FORGERIES: dict[str, tuple[Forgery, str]] = {
    "alg none": (unsigned("none"), "algorithm"),
    "alg None": (unsigned("None"), "algorithm"),
    "no alg": (changed({"alg": None}), "unreadable"),
    "HS256 with the public key as its secret": (signed_with_public_key, "algorithm"),
    "the right alg in name, without a signature": (lambda by: unsigned(by.algorithm)(by), "signature"),
    "a kid nobody published": (lambda by: by.token({"kid": STRANGERS[by.algorithm].kid}, key=STRANGERS[by.algorithm]), "unknown_key"),
    "the issuer's kid, a stranger's signature": (by_stranger(), "signature"),
    "the stranger's key inside the header": (by_stranger(jwk=STRANGERS["ES256"].as_dict(private=False)), "key_in_header"),
    "the address of a stranger's keys": (by_stranger(jku="https://stranger.example/jwks"), "key_in_header"),
    "the address of a stranger's certificate": (by_stranger(x5u="https://stranger.example/pem"), "key_in_header"),
    "a certificate in the header": (by_stranger(x5c=["MAA="]), "key_in_header"),
    "signed by the issuer, with a key in the header": (changed({"jku": "https://stranger.example/jwks"}), "key_in_header"),
    "a key of another curve": (lambda by: by.token({"alg": "ES384", "kid": P384.kid}, key=P384, algorithm="ES384"), "algorithm"),
    "a key of another curve under the issuer's kid and alg": (lambda by: by.token(key=P384, algorithm="ES384"), "signature"),
    "claims changed after signing": (with_claims_changed, "signature"),
    "another audience": (changed(claims={"aud": ["elsewhere"]}), "claim_aud"),
    "an audience that begins alike": (changed(claims={"aud": "linli2"}), "claim_aud"),
    "no audience": (changed(claims={"aud": None}), "claim_aud"),
    "an empty audience": (changed(claims={"aud": []}), "claim_aud"),
    "another issuer": (lambda by: by.token(claims={"iss": f"{by.trusted.issuer}/"}), "issuer"),
    "no issuer": (changed(claims={"iss": None}), "unreadable"),
    "an issuer that is a list": (lambda by: by.token(claims={"iss": [by.trusted.issuer]}), "unreadable"),
    "typ of a logout token": (changed({"typ": "logout+jwt"}), "type"),
    "no typ": (changed({"typ": None}), "type"),
    "a typ that is a number": (changed({"typ": 1}), "type"),
    "no expiry": (changed(claims={"exp": None}), "claim_exp"),
    "an expiry in words": (changed(claims={"exp": "tomorrow"}), "claim_exp"),
    "an expiry that is not a number": (changed(claims={"exp": float("nan")}), "claim_exp"),
    "expired, and the leeway as well": (later("exp", -31), "expired"),
    "no subject": (changed(claims={"sub": None}), "claim_sub"),
    "an empty subject": (changed(claims={"sub": ""}), "claim_sub"),
    "a subject that is a number": (changed(claims={"sub": 7}), "claim_sub"),
    "issued in the future": (later("iat", 35), "claim_iat"),
    "not valid yet": (later("nbf", 35), "claim_nbf"),
    "a critical extension nobody knows": (changed({"crit": ["mood"], "mood": "good"}), "header"),
    "a critical extension that is not there": (changed({"crit": ["mood"]}), "header"),
    "crit that is a number": (changed({"crit": 1}), "unreadable"),
    "an unencoded payload": (changed({"crit": ["b64"], "b64": False}), "unreadable"),
    "a header that is a list": (with_header(["alg"]), "unreadable"),
    "a header that is a word": (with_header("alg"), "unreadable"),
    "a header that is a number": (with_header(1), "unreadable"),
    "a kid that is a list": (lambda by: by.token({"kid": [by.key.kid]}), "unreadable"),
    "an alg that is a list": (lambda by: by.token({"alg": [by.algorithm]}), "algorithm"),
    "nothing": (lambda by: "", "unreadable"),
    "two dots": (lambda by: "..", "unreadable"),
    "three words": (lambda by: "a.b.c", "unreadable"),
    "a fourth part": (lambda by: by.token() + ".e30", "unreadable"),
    "an encrypted token's five parts": (lambda by: "a.b.c.d.e", "unreadable"),
    "very nested": (lambda by: f"{segment(by.header())}.{encoded(b'[' * 9000)}.AA", "unreadable"),
    "1 MB of anything": (lambda by: "a" * 2**20, "too_long"),
    "1 MB, signed by the issuer": (changed(claims={"note": "a" * 2**20}), "too_long"),
}
