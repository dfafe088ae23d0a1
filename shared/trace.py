"""W3C trace context: one trace id from the HTTP request through the outbox and NATS to the consumer."""

import re
import secrets
from contextvars import ContextVar

TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$")

current_traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)


def continue_trace(received: str | None) -> str:
    """A new span in the trace that was received, or in a new trace."""
    known = TRACEPARENT.match(received or "")
    trace = known.group(1) if known else secrets.token_hex(16)
    return f"00-{trace}-{secrets.token_hex(8)}-01"


def trace_id() -> str | None:
    traceparent = current_traceparent.get()
    return traceparent[3:35] if traceparent else None
