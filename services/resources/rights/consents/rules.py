"""What makes a consent one. Pure. How a purpose stands after all that was said: shared/privacy/rights/standing.py."""

from collections.abc import Iterable
from datetime import date, datetime

from services.resources.rights.consents.models import ConsentIn, WithdrawIn
from services.resources.rights.consents.notices import NOTICES
from services.resources.rights.consents.purposes import PURPOSES, Purpose
from shared.clock import local_day
from shared.http.problems import Conflict, FieldError, Invalid, Words, invalid
from shared.privacy.rights.minors import needs_guardian

METHOD_NEEDS: dict[str, str | None] = {
    "paper_signed": "evidence", "spoken_with_witness": "witness", "app": None,
}
"""What must be given with a method, so that it can be shown later that somebody agreed."""


def purpose_of(code: str) -> Purpose:
    """Raises `Invalid`."""
    purpose = PURPOSES.get(code)
    if purpose is None:
        raise invalid("body.purpose", "没有这个用途", "No such purpose", known=sorted(PURPOSES))
    return purpose


def must_be_complete(body: ConsentIn, *, born: date | None, by_themselves: bool, now: datetime) -> None:
    """Raises `Invalid` that names everything that is missing or does not belong."""
    purpose, given_on = purpose_of(body.purpose), local_day(body.given_at or now)
    errors = [
        *wrong_content(body, purpose), *wrong_period(body, given_on), *wrong_notice(body, given_on),
        *wrong_moment(body, now, given_on), *wrong_signing(body, by_themselves), *wrong_guardian(body, born, given_on),
    ]
    if errors:
        raise Invalid(errors=[FieldError(f"body.{field}", why) for field, why in errors])


def wrong_content(body: ConsentIn, purpose: Purpose) -> Iterable[tuple[str, Words]]:
    if set(body.categories) - set(purpose.categories):
        yield "categories", Words("超出这个用途", "More than this purpose takes")
    if purpose.names_recipient and body.recipient_id is None:
        yield "recipient_id", Words("须写明提供给哪个组织", "Name the organisation it is handed to")
    if not purpose.names_recipient and body.recipient_id is not None:
        yield "recipient_id", Words("这个用途不提供给别人", "This purpose hands nothing to anybody")


def wrong_period(body: ConsentIn, today: date) -> Iterable[tuple[str, Words]]:
    if body.ends_on is not None and body.ends_on < (body.starts_on or today):
        yield "ends_on", Words("早于开始日期", "Earlier than it starts")


def wrong_moment(body: ConsentIn, now: datetime, given_on: date) -> Iterable[tuple[str, Words]]:
    """A consent is noted down later, never earlier, and holds from when it was given at the earliest."""
    if body.given_at is not None and body.given_at > now:
        yield "given_at", Words("不能是将来", "Cannot be in the future")
    if body.given_at is not None and (notice := NOTICES.get(body.notice)) and given_on < notice.starts_on:
        yield "given_at", Words("早于告知书的生效日期", "Earlier than the notice they were told of")
    if body.starts_on is not None and body.starts_on < given_on:
        yield "starts_on", Words("不能早于同意之日", "No earlier than they agreed")


def wrong_notice(body: ConsentIn, today: date) -> Iterable[tuple[str, Words]]:
    notice = NOTICES.get(body.notice)
    if notice is None or body.purpose not in notice.purposes:
        yield "notice", Words("不是这个用途的告知书", "Not a notice for this purpose")
    elif not notice.starts_on <= today or (notice.ends_on is not None and today >= notice.ends_on):
        yield "notice", Words("这个版本现在无效", "Not in force today")


def wrong_signing(body: ConsentIn | WithdrawIn, by_themselves: bool) -> Iterable[tuple[str, Words]]:
    needed = METHOD_NEEDS[body.method]
    if needed and not getattr(body, needed):
        yield needed, Words("这种方式须填", "Needed for this method")
    if (body.method == "app") != by_themselves:
        yield "method", Words("本人用应用，代记用纸或见证", "The app for oneself; paper or a witness when noted down")


def wrong_guardian(body: ConsentIn, born: date | None, today: date) -> Iterable[tuple[str, Words]]:
    if body.given_by == "guardian" and not body.guardian_relation:
        yield "guardian_relation", Words("须写明关系", "Say what they are to the person")
    is_minor = needs_guardian(born, today) if born else body.is_minor
    if is_minor is None:
        yield "is_minor", Words("登记中没有出生日期，须写明是否未满十四周岁", "No day of birth is known: say whether they are under 14")
    if body.given_by == "self" and is_minor:
        yield "given_by", Words("未满十四周岁须由监护人同意", "Under 14 a guardian must agree")


def must_be_signed(body: WithdrawIn, *, by_themselves: bool) -> None:
    """Anybody may withdraw for themselves, at any age: withdrawing only ever takes away."""
    errors = [*wrong_signing(body, by_themselves)]
    if body.given_by == "guardian" and not body.guardian_relation:
        errors.append(("guardian_relation", Words("须写明关系", "Say what they are to the person")))
    if errors:
        raise Invalid(errors=[FieldError(f"body.{field}", why) for field, why in errors])


def must_be_reversible(step: str, is_reversed: bool) -> None:
    """Raises `Conflict`."""
    if step != "given" or is_reversed:
        raise Conflict(Words("这条记录不能撤回", "There is nothing to withdraw in this record"), step=step)
