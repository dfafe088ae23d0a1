"""When somebody may open a file for an emergency, for how long, and what is owed afterwards. Pure.

AZ-5. An hour, a second factor of the last five minutes and a review within 72 hours are Linli's own figures. That in an
emergency one informs afterwards, promptly, is PIPL article 18; that such an emergency needs no consent, article 13(4).
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from shared.http.problems import Conflict, NotAllowed, Words, WrongState, invalid

LASTS = timedelta(minutes=60)
SECOND_FACTOR_IS_FRESH = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(seconds=30)
REVIEWED_WITHIN = timedelta(hours=72)

SECOND_FACTORS = frozenset({"otp", "mfa"})

REASONS: dict[str, Words] = {
    "threat_to_life": Words("生命健康受到威胁", "Life or health is in danger"),
    "cannot_consent": Words("本人无法表示同意", "The person cannot consent"),
    "covering": Words("临时顶班，责任人不在", "Covering for whoever is in charge"),
    "confirming_identity": Words("确认身份以便救助", "To be sure whom one is helping"),
}


class SecondFactorNeeded(NotAllowed):
    slug, title = "second-factor-needed", Words("请用第二重验证重新登录", "Sign in again with a second factor")


class ReasonNeeded(NotAllowed):
    slug, title = "reason-needed", Words("须写明理由", "A reason is needed")


class AccessEnded(NotAllowed):
    slug, title = "emergency-access-ended", Words("紧急查阅已结束", "This access has ended")


def must_have_second_factor(amr: Collection[str], auth_time: int | None, now: datetime) -> None:
    """Raises `SecondFactorNeeded`."""
    age = None if auth_time is None else now.timestamp() - auth_time
    is_fresh = age is not None and -CLOCKS_DIFFER.total_seconds() <= age <= SECOND_FACTOR_IS_FRESH.total_seconds()
    if not (SECOND_FACTORS & set(amr) and is_fresh):
        raise SecondFactorNeeded(within_minutes=5, any_of=sorted(SECOND_FACTORS))


def must_give_reason(reason: str | None, why: str | None) -> None:
    """Raises `ReasonNeeded`."""
    if reason not in REASONS or why is None:
        raise ReasonNeeded(known=sorted(REASONS))


def is_open(ends_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    return ended_at is None and now < ends_at


def must_be_open(ends_at: datetime, ended_at: datetime | None, now: datetime) -> None:
    """Raises `AccessEnded`: by the clock, whether or not anybody has written down that it ended."""
    if not is_open(ends_at, ended_at, now):
        raise AccessEnded(ended_at=min(ends_at, ended_at or ends_at).isoformat())


def must_be_another(opened_by: str, by: str) -> None:
    """Raises `Conflict`: nobody judges their own."""
    if opened_by == by:
        raise Conflict(Words("须由另一人复核", "Another person must judge this"), rule="second_person")


def must_be_unreviewed(verdict: str | None) -> None:
    if verdict is not None:
        raise WrongState(verdict=verdict)


def must_be_told_afterwards(told_at: datetime, opened_at: datetime, now: datetime) -> None:
    if not opened_at <= told_at <= now:
        raise invalid("body.told_at", "不能早于查阅，也不能是将来", "Neither before it was opened nor in the future")
