"""What time it is. Injected, so that a test can live on any day."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

Clock = Callable[[], datetime]

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")


def system_clock() -> datetime:
    return datetime.now(UTC)


def local_day(moment: datetime) -> date:
    """The calendar day of a moment where the neighbourhood lives."""
    return moment.astimezone(LOCAL_ZONE).date()


async def read_clock(request: Request) -> datetime:
    return request.app.state.clock()


Now = Annotated[datetime, Depends(read_clock)]
