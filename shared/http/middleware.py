"""The outermost layer, pure ASGI: request id, trace, metrics, one log line per refusal, and no 500 with a stack.

What succeeded is in the outbox and in the metrics; a log line each would cost a tenth of a write.
"""

import re
import time
from collections.abc import MutableMapping
from typing import Any

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import trace
from shared.db import is_away
from shared.http.answers import problem_response
from shared.http.problems import Problem, Unavailable, Words
from shared.logs import log, what_failed
from shared.types import new_id

REQUESTS = Counter("linli_requests_total", "Answers", ["service", "method", "route", "status"])
SECONDS = Histogram("linli_request_seconds", "Time to answer", ["service", "method", "route"])
REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")


NEVER_KEEP = (b"cache-control", b"no-store")


class OurFault(Problem):
    status, slug, title = 500, "our-fault", Words("系统出错，已记录", "Our fault; it has been recorded")


class Envelope:
    """Wraps the application; keeps nothing between requests."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self.app, self.service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        trace.current_traceparent.set(trace.continue_trace(headers.get("traceparent")))
        asked = headers.get("x-request-id", "")
        request_id = asked if REQUEST_ID.match(asked) else str(new_id())
        seen: MutableMapping[str, Any] = {"status": 500, "started": False}

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.update(status=message["status"], started=True)
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode()), *unkept(scope, message)]
            await send(message)

        begun = time.perf_counter()
        try:
            await self.app(scope, receive, send_with_id)
        except Exception as error:
            await self._apologise(error, scope, receive, send_with_id, headers, seen)
        finally:
            self._record(scope, seen["status"], time.perf_counter() - begun, request_id)

    async def _apologise(
        self, error: Exception, scope: Scope, receive: Receive, send: Send, headers: dict, seen: MutableMapping,
    ) -> None:
        away = is_away(error)
        log.warning("request.unavailable" if away else "request.failed", **what_failed(error))
        if seen["started"]:
            raise error
        problem = Unavailable() if away else OurFault()
        await problem_response(problem, headers.get("accept-language", ""))(scope, receive, send)

    def _record(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        method = scope["method"]
        REQUESTS.labels(self.service, method, route, status).inc()
        SECONDS.labels(self.service, method, route).observe(seconds)
        if status >= 400:
            log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1),
                     request_id=request_id)


def unkept(scope: Scope, message: Message) -> tuple[tuple[bytes, bytes], ...]:
    """Answers tell of people: no browser and no proxy keeps one, unless the route has said for how long."""
    said = any(name == b"cache-control" for name, _ in message["headers"])
    return () if said or not scope["path"].startswith("/v1/") else (NEVER_KEEP,)
