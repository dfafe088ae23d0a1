"""Which pages of other origins may call us from a browser: those that CORS_ORIGINS names, exactly, and no other."""

from fastapi.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ASKED_WITH = (
    "Authorization", "Accept-Language", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-Id",
    "X-Linli-Refresh")
TOLD = (
    "Content-Disposition", "Content-Language", "ETag", "Idempotency-Replayed", "Location", "RateLimit", "RateLimit-Policy",
    "Retry-After", "X-Request-Id")
"""What a script may read besides the body."""
REMEMBERED_SECONDS = 600


class Origins:
    """Outside of everything, so that a refusal too can be read by the page that asked.

    `credentials`: whether a browser may send its cookies along. Only the issuer has any.
    """

    def __init__(self, app: ASGIApp, *, credentials: bool = False) -> None:
        self._app, self._credentials = app, credentials
        self._allowed: tuple[str, ...] = ()
        self._answering: ASGIApp = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        origin = next((value for name, value in scope["headers"] if name == b"origin"), None)
        if origin is None or origin.decode("latin-1") not in scope["app"].state.settings.cors_origins:
            await self._app(scope, receive, send)
            return
        await self._for(scope["app"].state.settings.cors_origins)(scope, receive, send)

    def _for(self, allowed: tuple[str, ...]) -> ASGIApp:
        """The settings are read when the application starts, and this was put around it before."""
        if allowed != self._allowed:
            self._allowed = allowed
            self._answering = CORSMiddleware(
                self._app, allow_origins=allowed, allow_methods=METHODS, allow_headers=ASKED_WITH, expose_headers=TOLD,
                allow_credentials=self._credentials, max_age=REMEMBERED_SECONDS)
        return self._answering
