"""What an issuer's discovery document says of itself (OpenID Connect Discovery §4, RFC 8414): read when needed."""

from typing import Any
from urllib.parse import urlsplit

import httpx

from shared.http.outgoing import NotReached, Outgoing

WELL_KNOWN = "/.well-known/openid-configuration"
FETCH_TIMEOUT_SECONDS = 3


async def discovered(issuer: str, endpoint: str, transport: httpx.AsyncBaseTransport | None = None) -> str:
    """The address of `jwks_uri` or `token_endpoint`. Raises `NotReached`, also for a document of somebody else."""
    async with Outgoing(issuer, seconds=FETCH_TIMEOUT_SECONDS, transport=transport) as asked:
        answer = await asked.get(WELL_KNOWN)
    if answer.status != 200:
        raise NotReached(f"status_{answer.status}")
    return endpoint_in(answer.json(), issuer, endpoint)


def endpoint_in(document: Any, issuer: str, endpoint: str) -> str:
    """Raises `NotReached`. An issuer that is asked over TLS may not lead us away from it."""
    if not isinstance(document, dict) or document.get("issuer") != issuer:
        raise NotReached("another_issuer")
    url = document.get(endpoint)
    if not isinstance(url, str) or urlsplit(url).scheme not in {"https", urlsplit(issuer).scheme}:
        raise NotReached("no_endpoint")
    return url
