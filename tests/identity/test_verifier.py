"""What the verifier believes, and for how long. Seconds are counted from `ISSUED`; tokens live 600 seconds."""

import asyncio
import base64
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from shared.http.problems import NotSignedIn
from shared.identity.caller import Caller, Grant
from shared.identity.trust.claims import grants_of
from shared.identity.trust.mapping import ClaimMapping
from shared.identity.verifier import Verifier
from tests.identity.doubles import (
    AUDIENCE, GRANTS, ISSUED, ISSUER, KEY, PERSON, STRANGER, SUBJECT, KnownKeys, Watch, handmade, token,
)


def verifier(watch: Watch | None = None, *keys: ECKey) -> Verifier:
    return Verifier.of_one(ISSUER, AUDIENCE, KnownKeys(*keys or (KEY,)), now=watch or Watch())


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def segment(content: Any) -> str:
    return encoded(json.dumps(content).encode())


def unsigned(alg: str) -> str:
    _, payload, _ = token().split(".")
    return f"{segment({'alg': alg, 'typ': 'at+jwt', 'kid': KEY.kid})}.{payload}."


def with_header(content: Any) -> str:
    _, payload, signature = token().split(".")
    return f"{segment(content)}.{payload}.{signature}"


def with_claims_changed() -> str:
    header, _, signature = token().split(".")
    forged = {"iss": ISSUER, "aud": [AUDIENCE], "sub": str(SUBJECT), "exp": int(ISSUED.timestamp()) + 600,
              "grants": [{"role": "operator", "community": "*"}]}
    return f"{header}.{segment(forged)}.{signature}"


def is_refused(bearer: str, by: Verifier | None = None) -> bool:
    try:
        asyncio.run((by or verifier()).verify(bearer))
    except NotSignedIn:
        return True
    return False


def signed_with_public_key() -> str:
    """The classic confusion: our public key taken for the secret of an HMAC. joserfc itself refuses to make one."""
    text = unsigned("HS256").rstrip(".")
    return f"{text}.{encoded(hmac.digest(KEY.as_pem(private=False), text.encode(), 'sha256'))}"


REFUSED = {
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "HS256 with the public key as its secret": signed_with_public_key(),
    "ES256 in name, without a signature": unsigned("ES256"),
    "a kid nobody published": token(STRANGER),
    "our kid, a stranger's signature": handmade(key=STRANGER),
    "no kid, a stranger's signature": handmade({"kid": None}, key=STRANGER),
    "the stranger's key inside the header": handmade({"jwk": STRANGER.as_dict(private=False)}, key=STRANGER),
    "claims changed after signing": with_claims_changed(),
    "another audience": token(audience="elsewhere"),
    "no audience": handmade(claims={"aud": None}),
    "an empty audience": handmade(claims={"aud": []}),
    "another issuer": token(issuer="https://issuer.test/identity/"),
    "no issuer": handmade(claims={"iss": None}),
    "typ of an ID token": handmade({"typ": "JWT"}),
    "no typ": handmade({"typ": None}),
    "no expiry": handmade(claims={"exp": None}),
    "an expiry in words": handmade(claims={"exp": "tomorrow"}),
    "an expiry that is not a number": handmade(claims={"exp": float("nan")}),
    "no subject": handmade(claims={"sub": None}),
    "an empty subject": handmade(claims={"sub": ""}),
    "a subject that is a number": handmade(claims={"sub": 7}),
    "issued in the future": token(now=ISSUED + timedelta(seconds=31)),
    "not valid yet": handmade(claims={"nbf": int(ISSUED.timestamp()) + 31}),
    "a critical extension nobody knows": with_header(
        {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid, "crit": ["mood"], "mood": "good"}),
    "a header that is a list": with_header(["alg"]),
    "a header that is a word": with_header("alg"),
    "a header that is a number": with_header(1),
    "a typ that is a number": with_header({"alg": "ES256", "kid": KEY.kid, "typ": 1}),
    "a kid that is a list": with_header({"alg": "ES256", "kid": [KEY.kid], "typ": "at+jwt"}),
    "an alg that is a list": with_header({"alg": ["ES256"], "kid": KEY.kid, "typ": "at+jwt"}),
    "nothing": "",
    "two dots": "..",
    "three words": "a.b.c",
    "a fourth part": token() + ".e30",
    "an encrypted token's five parts": "a.b.c.d.e",
    "not ASCII": "令牌." + token(),
    "very long": "a" * 200_000,
}


@pytest.mark.parametrize("bearer", REFUSED.values(), ids=REFUSED.keys())
def test_refuses(bearer: str) -> None:
    assert is_refused(bearer)


def test_reads_subject_grants_and_person() -> None:
    assert asyncio.run(verifier().verify(token())) == Caller(str(SUBJECT), GRANTS, None, str(PERSON))


ACCEPTED = {
    "the short and the long typ": handmade({"typ": "application/at+jwt"}),
    "typ in capitals": handmade({"typ": "AT+JWT"}),
    "the audience as one word": handmade(claims={"aud": AUDIENCE}),
    "one audience of several": handmade(claims={"aud": ["elsewhere", AUDIENCE]}),
    "no kid, where there is one key only": handmade({"kid": None}),
    "a clock 30 seconds ahead of ours": token(now=ISSUED + timedelta(seconds=30)),
}


@pytest.mark.parametrize("bearer", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepts(bearer: str) -> None:
    assert not is_refused(bearer)


def test_each_of_several_keys_is_believed() -> None:
    both = verifier(None, KEY, STRANGER)
    assert not is_refused(token(KEY), both)
    assert not is_refused(token(STRANGER), both)


TOKEN = token()


@pytest.mark.parametrize(("seconds", "believed"), [(0, True), (599, True), (629, True), (630, False), (86_400, False)])
@pytest.mark.parametrize("seen_before", [(), (599,), (615,), (1, 599, 629)])
def test_expires_with_thirty_seconds_of_leeway(seconds: int, believed: bool, seen_before: tuple[int, ...]) -> None:
    """Whether it is remembered or not."""
    watch = Watch()
    asked = verifier(watch)
    for earlier in seen_before:
        watch.show(earlier)
        assert not is_refused(TOKEN, asked)
    watch.show(seconds)
    assert is_refused(TOKEN, asked) is not believed


def test_a_remembered_token_is_verified_again_after_half_a_minute() -> None:
    watch, known = Watch(), KnownKeys(KEY)
    asked = Verifier.of_one(ISSUER, AUDIENCE, known, now=watch)
    assert not is_refused(TOKEN, asked)
    known.keys.keys = [STRANGER]
    watch.show(29)
    assert not is_refused(TOKEN, asked)
    watch.show(30)
    assert is_refused(TOKEN, asked)


GRANT_CLAIMS = [
    (None, []),
    ("squad_leader", []),
    ({"role": "squad_leader", "community": "yingui"}, []),
    ([None, 1, "squad_leader", ["squad_leader", "yingui"], {}], []),
    ([{"role": "emperor", "community": "yingui"}], []),
    ([{"role": ["operator"], "community": "yingui"}], []),
    ([{"role": "operator"}, {"role": "operator", "community": ""}, {"role": "operator", "community": ["*"]}], []),
    ([{"role": "doctor", "community": "hub", "unit": str(PERSON)}], [Grant("doctor", "hub", str(PERSON))]),
    ([{"role": "doctor", "community": "hub", "unit": wrong} for wrong in ("", "all", 1, ["x"], {})], []),
    ([{"role": "emperor", "community": "*"}, {"role": "doctor", "community": "hub"}], [Grant("doctor", "hub")]),
]


@pytest.mark.parametrize(("claim", "expected"), GRANT_CLAIMS)
def test_unknown_grants_give_nothing(claim: Any, expected: list[Grant]) -> None:
    assert list(grants_of({"grants": claim}, ClaimMapping())) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64"]), inner),
    max_leaves=8,
)


@given(st.text() | st.lists(JSON.map(segment), min_size=3, max_size=3).map(".".join))
def test_garbage_is_refused_and_nothing_worse(bearer: str) -> None:
    assert is_refused(bearer)


def test_a_token_tells_where_how_and_when_somebody_signed_in() -> None:
    signed_in = token(session_id=PERSON, amr=("pwd", "otp", "mfa"), auth_time=ISSUED)
    caller = asyncio.run(verifier().verify(signed_in))
    assert (caller.session_id, caller.amr) == (str(PERSON), ("pwd", "otp", "mfa"))
    assert caller.auth_time == int(ISSUED.timestamp())


@pytest.mark.parametrize("claims", [{}, {"sid": 7, "amr": {"pwd": 1}, "auth_time": "now"}, {"sid": None, "amr": [7, ""]}])
def test_what_a_token_does_not_tell_is_not_known(claims: dict[str, Any]) -> None:
    caller = asyncio.run(verifier().verify(handmade(claims=claims)))
    assert (caller.session_id, caller.amr, caller.auth_time) == (None, (), None)
