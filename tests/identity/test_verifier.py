"""What the verifier believes, and for how long. Seconds are counted from `ISSUED`; tokens live 600 seconds."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from shared.http.problems import NotSignedIn
from shared.identity.caller import Caller, Grant
from shared.identity.trust.check import IssuerCheck
from shared.identity.trust.claims import grants_of
from shared.identity.trust.mapping import ClaimMapping
from shared.identity.verifier import Verifier
from tests.identity.doubles import (
    AUDIENCE, GRANTS, ISSUED, ISSUER, KEY, PERSON, STRANGER, SUBJECT, KnownKeys, Watch, handmade, token,
)
from tests.identity.forgeries import FORGERIES
from tests.identity.signers import OURS, Signer, double, segment


def verifier(watch: Watch | None = None, *keys: ECKey) -> Verifier:
    return Verifier.of_one(ISSUER, AUDIENCE, KnownKeys(*keys or (KEY,)), now=watch or Watch())


def is_refused(bearer: str, by: Verifier | None = None) -> bool:
    try:
        asyncio.run((by or verifier()).verify(bearer))
    except NotSignedIn:
        return True
    return False


@pytest.fixture(scope="module", params=["ours", "double"])
def signer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return OURS if request.param == "ours" else double(tmp_path_factory.mktemp("double"))


@pytest.mark.parametrize("name", FORGERIES)
def test_refuses(signer: Signer, name: str) -> None:
    forge, reason = FORGERIES[name]
    checked = Verifier(IssuerCheck(signer.trusted, KnownKeys(signer.key), now=signer.now), now=signer.now)
    assert not is_refused(signer.token(), checked)
    with structlog.testing.capture_logs() as said:
        assert is_refused(forge(signer), checked)
    assert said == [{"event": "token.refused", "reason": reason, "log_level": "info"}]


def test_two_typed_tokens_of_ours() -> None:
    assert is_refused(handmade({"typ": "JWT"}))  # what ID tokens call themselves, and ours are never access tokens
    assert is_refused("令牌." + token())


def test_reads_subject_grants_and_person() -> None:
    said = Caller(str(SUBJECT), GRANTS, None, str(PERSON), issued_at=ISSUED.timestamp())
    assert asyncio.run(verifier().verify(token())) == said


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
