"""Refresh tokens of browsers: in a cookie that no script can read, and only with a header that no form can send.

The cookie is HttpOnly, Secure and SameSite=Strict, and by its `__Host-` prefix no other host can set it. SameSite does
not know ports and subdomains apart, so a page next door could still post a form with it: therefore the cookie counts
only beside `X-Linli-Refresh: 1`, a header that a page of another origin may send with our consent (CORS) alone.
"""

from collections.abc import Mapping

from fastapi import Response

from shared.identity.issuer.sessions.rules import ABSOLUTE

HEADER = "x-linli-refresh"


def name_of(cookie: str, issuer_url: str) -> str:
    """Over plain http, on a developer's machine, browsers keep no `__Host-` cookie."""
    return f"__Host-{cookie}" if is_secure(issuer_url) else cookie


def is_secure(issuer_url: str) -> bool:
    return issuer_url.startswith("https://")


def refresh_token_of(headers: Mapping[str, str], cookies: Mapping[str, str], issuer_url: str) -> str | None:
    return cookies.get(name_of("linli_refresh", issuer_url)) if headers.get(HEADER) else None


def keep(response: Response, cookie: str, value: str, issuer_url: str, *, seconds: int | None = None) -> None:
    """Until the browser ends when no time is given."""
    response.set_cookie(
        name_of(cookie, issuer_url), value, max_age=seconds, path="/", secure=is_secure(issuer_url), httponly=True,
        samesite="strict")


def keep_refresh_token(response: Response, token: str, issuer_url: str) -> None:
    keep(response, "linli_refresh", token, issuer_url, seconds=int(ABSOLUTE.total_seconds()))


def drop_refresh_token(response: Response, issuer_url: str) -> None:
    keep(response, "linli_refresh", "", issuer_url, seconds=0)
