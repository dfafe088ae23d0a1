"""What the endpoints take for a form."""

import asyncio
from typing import Any

import pytest
from fastapi import Request

from shared.identity.issuer.oauth.form import LONGEST_FORM, MEDIA_TYPE, read_form
from shared.identity.issuer.refusals import Refused


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
