"""One JSON object per line, with the trace id. Log ids and codes; never names, numbers or words of people."""

import logging
import sys
import traceback
from collections.abc import Callable

import structlog

from shared import trace


def add_trace_id(_logger: object, _method: str, entry: dict) -> dict:
    found = trace.trace_id()
    return {**entry, "trace_id": found} if found else entry


def add_service(service: str) -> Callable[[object, str, dict], dict]:
    """Not a context variable: requests run in contexts that did not see the start of the service."""
    return lambda _logger, _method, entry: {"service": service, **entry}


def configure(service: str, log_format: str) -> None:
    renderer = structlog.dev.ConsoleRenderer() if log_format == "console" else structlog.processors.JSONRenderer(
        ensure_ascii=False)
    structlog.configure(
        processors=[
            add_service(service),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            add_trace_id,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(),
    )
    logging.basicConfig(level=logging.ERROR, stream=sys.stdout, format=f'{{"service": "{service}", '
                        '"level": "%(levelname)s", "event": "log", "logger": "%(name)s"}')


def what_failed(error: BaseException) -> dict[str, str]:
    """Kind and place of an error without its message, because a message may quote a row of somebody's data."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames[-6:]))
    return {"error": type(error).__name__, "where": where}


log = structlog.get_logger()
