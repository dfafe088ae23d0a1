"""One JSON object per line, with the trace id. Log ids and codes; never names, numbers or words of people."""

import json
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
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(OneLine(service))
    logging.basicConfig(level=logging.ERROR, handlers=[handler], force=True)


class OneLine(logging.Formatter):
    """What libraries log, as one JSON object: who and where, without their message or that of an exception."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        failed = what_failed(record.exc_info[1]) if record.exc_info and record.exc_info[1] else {}
        entry = {"service": self._service, "level": record.levelname.lower(), "event": "log", "logger": record.name}
        return json.dumps(entry | failed)


def what_failed(error: BaseException) -> dict[str, str]:
    """Kind and place of an error without its message, because a message may quote a row of somebody's data."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames[-6:]))
    return {"error": type(error).__name__, "where": where}


log = structlog.get_logger()
