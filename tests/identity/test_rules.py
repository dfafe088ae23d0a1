"""What the token endpoint understands, before anybody is looked up."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from shared.identity.issuer.form import LONGEST_FORM, MEDIA_TYPE, read_form
from shared.identity.issuer.refusals import Refused
from shared.identity.issuer.rules import PersonAsks, ServiceAsks, canonical, expiry, read_request

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


PERSON = [("grant_type", "password"), ("username", "doctor@hub"), ("password", " with spaces ")]
SERVICE = [("grant_type", "client_credentials")]
IN_FORM = [*SERVICE, ("client_id", "volunteer"), ("client_secret", "s3cret")]

UNDERSTOOD = [
    (PERSON, "", PersonAsks("doctor@hub", " with spaces ")),
    ([*PERSON, ("scope", "openid"), ("device", "")], "", PersonAsks("doctor@hub", " with spaces ")),
    (PERSON, "Bearer of.some.token", PersonAsks("doctor@hub", " with spaces ")),
    (IN_FORM, "", ServiceAsks("volunteer", "s3cret")),
    (SERVICE, basic("volunteer:s3cret"), ServiceAsks("volunteer", "s3cret")),
    (SERVICE, basic("volunteer:with%3Acolon+and%2Bplus"), ServiceAsks("volunteer", "with:colon and+plus")),
    ([*SERVICE, ("client_id", "volunteer")], basic("volunteer:s3cret"), ServiceAsks("volunteer", "s3cret")),
]


@pytest.mark.parametrize(("fields", "authorization", "asked"), UNDERSTOOD)
def test_understands(fields: list, authorization: str, asked: Any) -> None:
    assert read_request(fields, authorization) == asked


REFUSED = [
    ([], "", 400, "invalid_request"),
    ([("grant_type", "")], "", 400, "invalid_request"),
    ([("grant_type", "authorization_code")], "", 400, "unsupported_grant_type"),
    ([("grant_type", "PASSWORD")], "", 400, "unsupported_grant_type"),
    ([*PERSON, ("grant_type", "password")], "", 400, "invalid_request"),
    ([*PERSON, ("device", "a"), ("device", "b")], "", 400, "invalid_request"),
    (PERSON[:2], "", 400, "invalid_request"),
    ([PERSON[0], PERSON[2]], "", 400, "invalid_request"),
    ([*PERSON[:2], ("password", "")], "", 400, "invalid_request"),
    ([*PERSON[:2], ("password", "x" * 1001)], "", 400, "invalid_request"),
    ([PERSON[0], ("username", "x" * 101), PERSON[2]], "", 400, "invalid_request"),
    ([PERSON[0], ("username", "doctor\x00@hub"), PERSON[2]], "", 400, "invalid_request"),
    (SERVICE, "", 401, "invalid_client"),
    (IN_FORM[:2], "", 401, "invalid_client"),
    (SERVICE, "Bearer of.some.token", 401, "invalid_client"),
    (SERVICE, "Basic", 401, "invalid_client"),
    (SERVICE, "Basic !!", 401, "invalid_client"),
    (SERVICE, "Basic /w==", 401, "invalid_client"),
    (IN_FORM, basic("volunteer:s3cret"), 400, "invalid_request"),
]


@pytest.mark.parametrize(("fields", "authorization", "status", "error"), REFUSED)
def test_refuses(fields: list, authorization: str, status: int, error: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_request(fields, authorization)
    assert (refusal.value.status, refusal.value.error) == (status, error)


@given(st.lists(st.tuples(st.sampled_from(["grant_type", "username", "password", "client_id", "client_secret"]),
                          st.text() | st.sampled_from(["password", "client_credentials"]))), st.text())
def test_any_request_is_understood_or_refused(fields: list, authorization: str) -> None:
    try:
        read_request(fields, authorization)
    except Refused as refusal:
        assert all(refusal.description)


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


MINUTES_UNTIL_EXPIRY = [([], 10), ([None], 10), ([30, None], 10), ([10], 10), ([7, None, 3], 3)]


@pytest.mark.parametrize(("ends", "minutes"), MINUTES_UNTIL_EXPIRY)
def test_a_token_ends_with_the_first_of_its_grants(ends: list[int | None], minutes: int) -> None:
    moments = [end and NOW + timedelta(minutes=end) for end in ends]
    assert expiry(NOW, moments) == NOW + timedelta(minutes=minutes)


def read(body: bytes, content_type: str = MEDIA_TYPE) -> list[tuple[str, str]]:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    headers = [(b"content-type", content_type.encode())]
    return asyncio.run(read_form(Request({"type": "http", "method": "POST", "headers": headers}, receive)))


FORMS = [
    (b"", []),
    (b"a=1&b=&c", [("a", "1"), ("b", ""), ("c", "")]),
    ("名=王&b=%E7%8E%8B+x%26".encode(), [("名", "王"), ("b", "王 x&")]),
]


@pytest.mark.parametrize(("body", "fields"), FORMS)
@pytest.mark.parametrize("content_type", [MEDIA_TYPE, f"{MEDIA_TYPE.upper()}; charset=utf-8"])
def test_reads_a_form(body: bytes, fields: list, content_type: str) -> None:
    assert read(body, content_type) == fields


NO_FORMS = [
    (b"grant_type=password", "application/json"),
    (b"grant_type=password", "multipart/form-data; boundary=x"),
    (b"grant_type=password", ""),
    (b"a=\xff", MEDIA_TYPE),
    (b"a=%ff", MEDIA_TYPE),
    (b"&".join(b"a%d=1" % number for number in range(31)), MEDIA_TYPE),
    (b"a=" + b"x" * LONGEST_FORM, MEDIA_TYPE),
]


@pytest.mark.parametrize(("body", "content_type"), NO_FORMS)
def test_refuses_what_is_no_form(body: bytes, content_type: str) -> None:
    with pytest.raises(Refused, match="invalid_request"):
        read(body, content_type)
