"""How large a body may be: what is declared is refused before a byte is read, what is not is counted as it comes."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.answers import problem_response
from shared.http.problems import TooLarge

MOST_BYTES = 2 * 2**20
MOST_BYTES_OF_A_FILE = 32 * 2**20
TAKES_FILES = frozenset({"/v1/imports"})
"""The gateway knows the same two sizes and the same path (deploy/Caddyfile)."""


def most_bytes(path: str) -> int:
    return MOST_BYTES_OF_A_FILE if path in TAKES_FILES else MOST_BYTES


class Bodies:
    """Inside of what records requests. What follows a body that is too large is never read: the connection ends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name: value for name, value in scope["headers"] if name in HEADERS}
        most = most_bytes(scope["path"])
        if int(headers.get(b"content-length", 0)) > most:
            language = headers.get(b"accept-language", b"").decode("latin-1")
            await problem_response(TooLarge(bytes_at_most=most), language)(scope, receive, send)
        elif b"transfer-encoding" in headers:
            await self._app(scope, counted(receive, most), send)
        else:
            await self._app(scope, receive, send)


HEADERS = frozenset({b"content-length", b"transfer-encoding", b"accept-language"})


def counted(receive: Receive, most: int) -> Receive:
    """Raises what FastAPI lets through from a body it is reading, to be answered as `TooLarge`."""
    seen = 0

    async def receive_counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(413)
        return message

    return receive_counted
