"""A form counts only from the page we gave to this browser: a random cookie, and its HMAC inside the form.

A foreign page can neither read the cookie nor, by its `__Host-` prefix, set it; without that somebody could be signed
in as somebody else, and type their neighbour's secrets into a stranger's account.
"""

import hashlib
import hmac
import secrets

from fastapi import Request, Response

from shared.identity.issuer.oauth import cookies

COOKIE = "linli_form"


def token_for(request: Request) -> tuple[str, str]:
    """The cookie's value, the one it has or a new one, and what the form carries."""
    value = cookie_of(request) or secrets.token_urlsafe(32)
    return value, form_token(value)


def form_token(value: str) -> str:
    return hmac.digest(value.encode(), b"linli sign-in form", hashlib.sha256).hex()


def keep(request: Request, response: Response, value: str) -> None:
    cookies.keep(response, COOKIE, value, request.app.state.settings.issuer_url)


def holds(request: Request, sent: str) -> bool:
    """Also not when the browser itself says that another site posted it."""
    value = cookie_of(request)
    from_elsewhere = request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    return value is not None and not from_elsewhere and hmac.compare_digest(form_token(value).encode(), sent.encode())


def cookie_of(request: Request) -> str | None:
    return request.cookies.get(cookies.name_of(COOKIE, request.app.state.settings.issuer_url))
