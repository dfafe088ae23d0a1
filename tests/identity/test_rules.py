"""What the issuer decides before or without looking anything up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from shared.http.problems import Invalid
from shared.identity.issuer.oauth.authorizing import canonical_user_code
from shared.identity.issuer.oauth.entitling import expiry
from shared.identity.issuer.oauth.models import ClientIn
from shared.identity.issuer.oauth.rules import kind_of, may_be_redirected_to
from shared.identity.issuer.refusals import Refused
from shared.identity.issuer.rules import PersonAsks, canonical, person_of
from shared.identity.issuer.sessions import wire
from shared.identity.issuer.sessions.rules import Presented, Verdict, coarse, device_of, judge, refresh_expiry
from tests.identity.doubles import KEY

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
PERSON = {"username": "doctor@hub", "password": " with spaces "}


def test_a_password_is_taken_as_it_is() -> None:
    assert person_of(PERSON) == PersonAsks("doctor@hub", " with spaces ")


@pytest.mark.parametrize("changes", [
    {"username": ""}, {"password": ""}, {"password": "x" * 1001}, {"username": "x" * 101}, {"username": "a\x00@hub"}])
def test_refuses(changes: dict[str, str]) -> None:
    with pytest.raises(Refused, match="invalid_request"):
        person_of(PERSON | changes)


NAMES = [
    ("doctor@hub", "doctor@hub"),
    (" Doctor@HUB ", "doctor@hub"),
    ("squad_leader-2＠dungen", "squad_leader-2@dungen"),
    ("operator@hub", "operator"),
    ("auditor＠hub", "auditor"),
    ("integrator@hub", "integrator"),
    ("operator@yingui", "operator@yingui"),
    ("operator", "operator"),
    ("coordinator@hub", "coordinator@hub"),
    ("@hub", "@hub"),
    ("王@hub", "王@hub"),
]


@pytest.mark.parametrize(("typed", "meant"), NAMES)
def test_a_name_is_taken_as_it_is_meant(typed: str, meant: str) -> None:
    assert canonical(typed) == meant
    assert canonical(meant) == meant


MINUTES_UNTIL_EXPIRY = [([], 10), ([30], 10), ([10], 10), ([7, 3], 3)]


@pytest.mark.parametrize(("ends", "minutes"), MINUTES_UNTIL_EXPIRY)
def test_a_token_ends_with_the_first_of_its_grants(ends: list[int], minutes: int) -> None:
    moments = [NOW + timedelta(minutes=end) for end in ends]
    assert expiry(NOW, moments) == NOW + timedelta(minutes=minutes)


SOON, LATER = NOW + timedelta(seconds=1), NOW + timedelta(days=1)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


JUDGED = [
    ("the one that is active", Presented(LATER, None, False, False), Verdict.ROTATE),
    ("about to expire", Presented(SOON, None, False, False), Verdict.ROTATE),
    ("expired", Presented(NOW, None, False, False), Verdict.REFUSE),
    ("of a session that has ended", Presented(LATER, None, False, True), Verdict.REFUSE),
    ("replaced, of a session that has ended", Presented(LATER, ago(1), True, True), Verdict.REFUSE),
    ("the answer was lost just now", Presented(LATER, NOW, True, False), Verdict.SAME_CHILD),
    ("the answer was lost 30 s ago", Presented(LATER, ago(30), True, False), Verdict.SAME_CHILD),
    ("the answer was lost longer ago", Presented(LATER, ago(30.1), True, False), Verdict.REUSED),
    ("the child was used", Presented(LATER, ago(1), False, False), Verdict.REUSED),
    ("expired, and replaced long ago", Presented(ago(1), ago(9999), True, False), Verdict.REUSED),
]


@pytest.mark.parametrize(("what", "token", "verdict"), JUDGED, ids=[case[0] for case in JUDGED])
def test_id_3_what_becomes_of_a_refresh_token(what: str, token: Presented, verdict: Verdict) -> None:
    assert judge(token, NOW) is verdict


def test_a_session_slides_for_30_days_and_ends_after_90() -> None:
    end = NOW + timedelta(days=90)
    assert refresh_expiry(NOW, end) == NOW + timedelta(days=30)
    assert refresh_expiry(NOW + timedelta(days=70), end) == end


@pytest.mark.parametrize(("address", "network"), [
    ("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("::ffff:203.0.113.7", "203.0.113.0/24"),
    ("", ""), ("testclient", ""), ("203.0.113.77, 10.0.0.1", "")])
def test_an_address_is_kept_as_a_network(address: str, network: str) -> None:
    assert coarse(address) == network


@pytest.mark.parametrize(("label", "user_agent", "device"), [
    ("奶奶的手机", "", "奶奶的手机"), ("a\x00\n b", "", "a b"), ("x" * 99, "", "x" * 60),
    (None, "Mozilla/5.0 (iPhone; CPU) MicroMessenger/8", "微信 WeChat"), ("", "Mozilla/5.0 (Linux; Android 15)", "Android"),
    (None, "curl/8", "未知设备 Unknown device")])
def test_a_device_is_named(label: str | None, user_agent: str, device: str) -> None:
    assert device_of(label, user_agent) == device


REDIRECTS = [
    ("https://app.example/signed-in", True), ("https://app.example:8443/a?b=c", True), ("http://127.0.0.1:5173/", True),
    ("http://localhost/cb", True), ("http://[::1]:80/cb", True), ("org.linli.app:/signed-in", True),
    ("http://app.example/", False), ("https:///cb", False), ("https://app.example/#", False),
    ("https://app.example/#a", False), ("https://user@app.example/", False), ("javascript:alert(1)", False),
    ("data:text/html,x", False), ("linli:/cb", False), ("//app.example/", False), ("/cb", False), ("", False),
    ("https://app.example/;form-action *", False), ("https://app.example/ x", False), ("https://邻里/", False),
    ("https://[", False), ("https://a.example/" + "x" * 400, False), ("https://app.example\\@evil.example/", False)]


@pytest.mark.parametrize(("uri", "allowed"), REDIRECTS)
def test_where_a_client_may_send_somebody(uri: str, allowed: bool) -> None:
    assert may_be_redirected_to(uri) is allowed


PUBLIC_KEY = KEY.as_dict(private=False)
APP, INTEGRATOR = {"redirect_uris": ["https://app.example/cb"]}, {"communities": ["yingui"]}
KINDS = [
    (APP, "none"), (INTEGRATOR, "client_secret_basic"), ({"communities": ["*"]}, "client_secret_basic"),
    (INTEGRATOR | {"jwks": {"keys": [PUBLIC_KEY]}}, "private_key_jwt")]
NO_KINDS = [
    ({}, "communities"), (APP | INTEGRATOR, "communities"), (APP | {"jwks": {"keys": [PUBLIC_KEY]}}, "jwks"),
    ({"redirect_uris": ["http://app.example/"]}, "redirect_uris"),
    (INTEGRATOR | {"jwks": {}}, "jwks"), (INTEGRATOR | {"jwks": {"keys": []}}, "jwks"),
    (INTEGRATOR | {"jwks": {"keys": ["a"]}}, "jwks"), (INTEGRATOR | {"jwks": {"keys": {"a": 1}}}, "jwks"),
    (INTEGRATOR | {"jwks": {"keys": [KEY.as_dict(private=True)]}}, "jwks"),
    (INTEGRATOR | {"jwks": {"keys": [{"kty": "oct", "k": "AAAAAAAAAAAAAAAAAAAAAAAA"}]}}, "jwks"),
    (INTEGRATOR | {"jwks": {"keys": [PUBLIC_KEY, PUBLIC_KEY]}}, "jwks")]


@pytest.mark.parametrize(("asked", "auth_method"), KINDS)
def test_a_client_is_of_one_kind(asked: dict[str, Any], auth_method: str) -> None:
    assert kind_of(ClientIn(id="dashboard", label="看板", **asked)).auth_method == auth_method


@pytest.mark.parametrize(("asked", "field"), NO_KINDS)
def test_or_of_none(asked: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        kind_of(ClientIn(id="dashboard", label="看板", **asked))
    assert refusal.value.errors[0].field == field


def test_a_lost_answer_opens_with_the_parents_secret_alone() -> None:
    parent, child, other = wire.made(), wire.made(), wire.made()
    box = wire.sealed(child, parent)
    assert wire.opened(box, parent) == str(child)
    assert str(child).encode() not in box
    with pytest.raises(InvalidTag):
        wire.opened(box, other)


@given(st.text())
def test_any_text_is_a_token_of_ours_or_none(text: str) -> None:
    assert wire.parsed(text) is None or str(wire.parsed(text)) == text
    assert canonical_user_code(text) == "" or len(canonical_user_code(text)) == 9


@pytest.mark.parametrize("typed", ["BCDF-GHJK", "bcdfghjk", " bcdf ghjk "])
def test_a_code_of_a_screen_is_taken_as_people_type_it(typed: str) -> None:
    assert canonical_user_code(typed) == "BCDF-GHJK"
