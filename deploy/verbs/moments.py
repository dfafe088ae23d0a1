"""Moments as people type them: `2026-11-25`, `2026-11-25T08:00+08:00`, or `90m`, `6h`, `2d` ago."""

import re
from datetime import UTC, datetime, timedelta

import typer

AGO = re.compile(r"^(\d{1,5})([mhd])$")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def moment(text: str) -> datetime:
    """In UTC. Without a zone it means the local one."""
    if ago := AGO.match(text):
        return datetime.now(UTC) - timedelta(**{UNITS[ago[2]]: int(ago[1])})
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"{text!r}: 2026-11-25, 2026-11-25T08:00+08:00, 90m, 6h, 2d") from None
