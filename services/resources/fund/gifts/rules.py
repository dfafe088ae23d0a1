"""What makes a gift one, and when a receipt may be registered, voided or waived. Pure."""

from collections.abc import Iterable
from datetime import date

from services.resources.fund.gifts.models import GiftIn
from services.resources.fund.ledger.models import UNRESTRICTED
from shared.http.problems import Conflict, FieldError, Invalid, Words, WrongState


class ReceiptTaken(Conflict):
    """A receipt number that is entered twice counts once."""

    slug, title = "receipt-taken", Words("这个收据号已登记", "This receipt is registered already")


def must_be_complete(body: GiftIn, today: date) -> None:
    """Raises `Invalid` naming everything that is missing or does not belong."""
    errors = [*wrong_giving(body), *wrong_donor(body)]
    if body.received_on is not None and body.received_on > today:
        errors.append(("received_on", Words("不能晚于今天", "Lies in the future")))
    if errors:
        raise Invalid(errors=[FieldError(f"body.{field}", why) for field, why in errors])


def wrong_giving(body: GiftIn) -> Iterable[tuple[str, Words]]:
    if body.kind == "cash":
        if body.amount == 0:
            yield "amount", Words("金额须大于零", "Must be more than nothing")
        if body.method is None:
            yield "method", Words("须写明收款方式", "Say how the money came")
        for field in ("lot_id", "valuation"):
            if getattr(body, field) is not None:
                yield field, Words("只用于实物捐赠", "For goods alone")
        return
    for field in ("lot_id", "valuation", "evidence"):
        if getattr(body, field) is None:
            yield field, Words("实物捐赠须填", "Needed for goods")


def wrong_donor(body: GiftIn) -> Iterable[tuple[str, Words]]:
    named = [field for field in ("donor_organisation_id", "donor_resident_id", "donor_name", "donor_phone")
             if getattr(body, field) is not None]
    if body.anonymous:
        yield from ((field, Words("匿名捐赠不记捐赠人", "An anonymous gift names nobody")) for field in named)
        if body.publish_name:
            yield "publish_name", Words("匿名捐赠不公布姓名", "An anonymous gift is not published under a name")
    elif not set(named) - {"donor_phone"}:
        yield "donor_name", Words("须写明捐赠人，或为匿名", "Say who gave, or that they stay anonymous")
    if body.donor_organisation_id and body.donor_resident_id:
        yield "donor_resident_id", Words("只能是组织或个人之一", "Either an organisation or a resident")


def must_carry_restriction(gift: str, lot: str | None) -> None:
    """What the donor gave goods for stands at the lot, too. Raises `Invalid`."""
    if gift != (lot or UNRESTRICTED):
        raise Invalid(errors=[FieldError("body.restriction", Words("与批次上的定向用途不同", "Not what the lot may serve"))],
                      lot=lot or UNRESTRICTED)


def must_be_recorded(state: str, step: str) -> None:
    """Raises `WrongState`."""
    if state != "recorded":
        raise WrongState(state=state, step=step, possible=[])


def must_have_no_receipt(registered: bool, rule: str) -> None:
    """Raises `Conflict`: the receipt the donor holds is voided first."""
    if registered:
        raise Conflict(Words("须先作废已开收据", "Void the receipt that was given first"), rule=rule)


def must_not_be_waived(waived: bool) -> None:
    """Raises `Conflict`."""
    if waived:
        raise Conflict(Words("捐赠人已声明不要收据", "The donor waived the receipt"), rule="receipt_waived")


def must_be_registered(state: str) -> None:
    """Raises `WrongState`."""
    if state != "registered":
        raise WrongState(state=state, step="void", possible=[])


def must_be_issued_in_time(issued_on: date, received_on: date, today: date) -> None:
    """Raises `Invalid`."""
    if not received_on <= issued_on <= today:
        raise Invalid(errors=[FieldError("body.issued_on", Words("须在收款日与今天之间", "Between the gift and today"))])
