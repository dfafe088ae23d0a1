"""Reads the form of the token endpoint: small, and nothing else than a form."""

from urllib.parse import parse_qsl

from fastapi import Request

from shared.identity.issuer.refusals import InvalidRequest

MEDIA_TYPE = "application/x-www-form-urlencoded"
LONGEST_FORM = 16 * 1024
MOST_FIELDS = 30


async def read_form(request: Request) -> list[tuple[str, str]]:
    """Raises `InvalidRequest`."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise InvalidRequest(f"请用 {MEDIA_TYPE} 提交", f"Send {MEDIA_TYPE}")
    try:
        text = (await read_body(request)).decode()
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise InvalidRequest("表单无法读取", "The form cannot be read") from None


async def read_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise InvalidRequest("表单太大", "The form is too large")
    return bytes(body)
