"""What makes a consent one. Pure. How a purpose stands after all that was said: shared/privacy/rights/standing.py."""

from collections.abc import Iterable
from datetime import date

from services.resources.rights.consents.models import ConsentIn, WithdrawIn
from services.resources.rights.consents.notices import NOTICES
from services.resources.rights.consents.purposes import PURPOSES, Purpose
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


def must_be_complete(body: ConsentIn, *, born: date | None, by_themselves: bool, today: date) -> None:
    """Raises `Invalid` that names everything that is missing or does not belong."""
    purpose = purpose_of(body.purpose)
    errors = [
        *wrong_content(body, purpose), *wrong_period(body, today), *wrong_notice(body, today),
        *wrong_signing(body, by_themselves), *wrong_guardian(body, born, today),
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


def wrong_guardian(body: ConsentIn | WithdrawIn, born: date | None, today: date) -> Iterable[tuple[str, Words]]:
    if body.given_by == "guardian" and not body.guardian_relation:
        yield "guardian_relation", Words("须写明关系", "Say what they are to the person")
    if body.given_by == "self" and needs_guardian(born, today):
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
