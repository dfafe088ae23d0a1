"""What a lot may be used for, and what may be written into the ledger. Pure."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from shared.clock import LOCAL_ZONE
from shared.http.problems import Conflict, Words, WrongState, invalid


class Promised(Conflict):
    """Goods that are promised to a need cannot be counted away or thrown away under it."""

    slug, title = "stock-is-reserved", Words("这批物资已被预留", "These goods are reserved")


def usable_until(expires_on: date | None, min_days_left: int) -> datetime | None:
    """The moment from which a unit may no longer be handed out; none for what does not go off.

    `expires_on` is the last good day (有效期至), where the neighbourhood lives.
    """
    if expires_on is None:
        return None
    first_bad_day = expires_on - timedelta(days=min_days_left) + timedelta(days=1)
    return datetime.combine(first_bad_day, time.min, LOCAL_ZONE)


def in_order_of_expiry(expires_on: date | None, id: UUID) -> tuple[bool, date, int]:
    """Sorts lots: what goes off first, then what does not go off; of equals the older."""
    return (expires_on is None, expires_on or date.max, id.int)


def why_not_usable(*, on_hold: bool, condition: str, until: datetime | None, now: datetime) -> str | None:
    """The reason why nothing of a lot may be promised or handed out, or none."""
    if on_hold:
        return "on_hold"
    if condition == "damaged":
        return "damaged"
    if until is not None and until <= now:
        return "expired"
    return None


def must_have_sane_days(produced_on: date | None, expires_on: date | None, field: str = "body") -> None:
    if produced_on and expires_on and expires_on < produced_on:
        raise invalid(f"{field}.expires_on", "有效期早于生产日期", "Earlier than the day of production")


def must_not_be_ahead(occurred_at: datetime | None, now: datetime, field: str) -> datetime:
    """When it happened: now, or the earlier moment that was given. Raises `Invalid` for one still to come."""
    if occurred_at is not None and occurred_at > now:
        raise invalid(field, "不能晚于现在", "Lies in the future")
    return occurred_at or now


def must_leave_reserved(*, left: int, reserved: int) -> None:
    """Raises `Promised`: hold the lot first, that frees what was reserved of it."""
    if left < reserved:
        raise Promised(
            Words("请先暂停该批次，预留会随之释放", "Put the lot on hold first: that frees what is reserved of it"),
            reserved=reserved, left=left)


def must_change_hold(is_on_hold: bool, *, on_hold: bool) -> None:
    if is_on_hold == on_hold:
        raise WrongState(state="on_hold" if on_hold else "available", step="hold" if on_hold else "release_hold",
                         possible=["release_hold" if on_hold else "hold"])


def must_be_reversible(reason: str, *, reversed_already: bool) -> None:
    """Raises `Conflict`. What was reversed by mistake is entered anew."""
    if reason == "reversed":
        raise Conflict(Words("冲销记录不能再冲销", "A reversal is not reversed: enter it anew"), rule="no_double_reversal")
    if reversed_already:
        raise Conflict(Words("已冲销过", "It was reversed already"), rule="reversed_once")
