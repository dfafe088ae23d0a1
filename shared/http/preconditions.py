"""ETag out, If-Match in: nobody overwrites what they have not seen."""

import re
from typing import Annotated, Any

from fastapi import Depends, Header, Response

from shared.http.problems import invalid

ETAG = re.compile(r'^(?:W/)?"([0-9]{1,9})"$')


async def read_if_match(
    if_match: Annotated[str | None, Header(description='ETag of the version the caller saw, e.g. `"3"`')] = None,
) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    known = ETAG.match(if_match.strip())
    if known is None:
        raise invalid("header.If-Match", "应为带引号的版本号", 'Should be a version in quotes, e.g. "3"')
    return int(known.group(1))


IfMatch = Annotated[int | None, Depends(read_if_match)]


def etag_of(version: int) -> str:
    return f'"{version}"'


def tagged(response: Response, entity: Any) -> Any:
    """For GET routes: the entity, and its ETag on the answer."""
    response.headers["ETag"] = etag_of(entity.version)
    return entity
