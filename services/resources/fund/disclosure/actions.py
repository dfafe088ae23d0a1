"""Reads from gifts, ledger, applications and stock what a donor, and what everybody, may see."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from services.resources.fund.applications.models import Application
from services.resources.fund.disclosure import rules
from services.resources.fund.disclosure.models import DisclosureOut, DonorOut, HandOverOut, SpentOut, TraceOut, UseOut
from services.resources.fund.funds.models import Fund
from services.resources.fund.gifts.models import Gift
from services.resources.fund.ledger.models import LedgerAccount, LedgerPosting, LedgerTransfer
from services.resources.register.organisations.models import Organisation
from services.resources.stock.models import StockLot, StockMovement
from shared.clock import local_day

MOST_DONORS = 2000
REPORTED = frozenset({"reported", "closed"})


async def trace(session: Any, gift: Gift) -> TraceOut:
    uses, hand_overs, left = [], [], 0
    if gift.kind == "in_kind":
        hand_overs, left = await goods_of(session, gift.lot_id)
    elif gift.state == "recorded":
        uses = await uses_of(session, gift)
        left = gift.amount - sum(use.amount for use in uses)
    return TraceOut(
        gift_id=gift.id, kind=gift.kind, state=gift.state, amount=gift.amount, restriction=gift.restriction,
        received_on=gift.received_on, uses=uses, hand_overs=hand_overs, left=left)


async def goods_of(session: Any, lot_id: UUID | None) -> tuple[list[HandOverOut], int]:
    """Day by day, less what was booked back of that day's hand-overs; and what still lies there."""
    back = aliased(StockMovement)
    rows = await session.exec(
        select(StockMovement.item, StockMovement.occurred_at, -StockMovement.quantity - func.coalesce(back.quantity, 0))
        .outerjoin(back, back.reverses_id == StockMovement.id)
        .where(StockMovement.lot_id == lot_id, StockMovement.reason == "issued").order_by(StockMovement.id))
    left = (await session.exec(select(StockLot.on_hand).where(StockLot.id == lot_id))).first()
    return [HandOverOut(item=item, quantity=quantity, handed_over_on=local_day(at))
            for item, at, quantity in rows.all() if quantity > 0], left or 0


async def uses_of(session: Any, gift: Gift) -> list[UseOut]:
    rows = await cash_moved(session, gift.fund_id)
    payments = [row for row in rows if row.kind == "post_hold"]
    index = {row.id: number for number, row in enumerate(payments)}
    steps = [rules.Step(row.sequence, row.restriction, row.amount, row.concerns if row.reason == "gift" else None,
                        index.get(row.id)) for row in rows]
    used = rules.follow(steps).get(gift.id, [])
    known = await applications_of(session, gift.fund_id)
    return [use_out(payments[number], amount, known.get(payments[number].concerns)) for number, amount in used]


def use_out(payment: Any, amount: int, application: Any) -> UseOut:
    return UseOut(purpose=application.purpose if application else payment.reason, amount=amount,
                  paid_on=payment.occurred_on, reported=bool(application and application.state in REPORTED))


async def cash_moved(session: Any, fund_id: UUID) -> Sequence[Any]:
    """What was posted to cash and stands: neither reversals nor what they reversed."""
    reversal = aliased(LedgerTransfer)
    reversed_already = select(reversal.id).where(reversal.reverses_id == LedgerTransfer.id).exists()
    rows = await session.exec(
        select(LedgerTransfer.id, LedgerTransfer.sequence, LedgerTransfer.kind, LedgerTransfer.reason,
               LedgerTransfer.concerns, LedgerTransfer.occurred_on, LedgerAccount.restriction, LedgerPosting.amount)
        .join(LedgerPosting, col(LedgerPosting.transfer_id) == LedgerTransfer.id)
        .join(LedgerAccount, col(LedgerAccount.id) == LedgerPosting.account_id)
        .where(LedgerTransfer.fund_id == fund_id, LedgerPosting.layer == "posted", LedgerAccount.kind == "cash",
               LedgerTransfer.kind != "reverse", ~reversed_already)
        .order_by(LedgerTransfer.sequence, LedgerPosting.id))
    return rows.all()


async def applications_of(session: Any, fund_id: UUID) -> dict[UUID, Any]:
    rows = await session.exec(select(
        Application.id, Application.purpose, Application.state, Application.applicant_resident_id,
        Application.applicant_organisation_id).where(Application.fund_id == fund_id, col(Application.payment_id).is_not(None)))
    return {row.id: row for row in rows.all()}


async def disclose(session: Any, fund: Fund, since: date, until: date) -> DisclosureOut:
    gifts = await gifts_between(session, fund.id, since, until)
    spent = await spent_between(session, fund.id, since, until)
    named = await donors_of(session, gifts)
    money, goods = (sum(gift.amount for gift in gifts if gift.kind == kind) for kind in ("cash", "in_kind"))
    return DisclosureOut(
        fund_id=fund.id, community=fund.community, title=fund.title, mode=fund.mode, since=since, until=until,
        received=money, received_in_goods=goods, gifts=len(gifts), donors=named,
        unnamed=money + goods - sum(one.amount for one in named), spent=spent,
        returned=await returned_between(session, fund.id, since, until), balance=await balance_of(session, fund.id))


async def gifts_between(session: Any, fund_id: UUID, since: date, until: date) -> Sequence[Gift]:
    return (await session.exec(select(Gift).where(
        Gift.fund_id == fund_id, Gift.state == "recorded", Gift.received_on >= since, Gift.received_on <= until)
        .order_by(Gift.received_on, Gift.id))).all()


async def donors_of(session: Any, gifts: Sequence[Gift]) -> list[DonorOut]:
    """Those who agreed, by the name they gave or their organisation's; of nobody else anything but sums."""
    agreed = [gift for gift in gifts if gift.publish_name][:MOST_DONORS]
    ids = {gift.donor_organisation_id for gift in agreed} - {None}
    names = dict((await session.exec(select(Organisation.id, Organisation.name).where(
        col(Organisation.id).in_(ids)))).all()) if ids else {}
    named = [(gift, gift.donor_name or names.get(gift.donor_organisation_id)) for gift in agreed]
    return [DonorOut(name=name, amount=gift.amount, kind=gift.kind, received_on=gift.received_on)
            for gift, name in named if name]


async def spent_between(session: Any, fund_id: UUID, since: date, until: date) -> list[SpentOut]:
    known = await applications_of(session, fund_id)
    payments = [
        rules.Helped(application.purpose, -row.amount,
                     application.applicant_resident_id or application.applicant_organisation_id or application.id)
        for row in await cash_moved(session, fund_id)
        if row.kind == "post_hold" and since <= row.occurred_on <= until and (application := known.get(row.concerns))
    ]
    return [SpentOut(purpose=purpose, amount=amount, helped=helped)
            for purpose, amount, helped in rules.spent_by_purpose(payments)]


async def returned_between(session: Any, fund_id: UUID, since: date, until: date) -> int:
    paid = aliased(LedgerTransfer)
    total = (
        select(func.coalesce(func.sum(LedgerPosting.amount), 0))
        .join(LedgerTransfer, col(LedgerTransfer.id) == LedgerPosting.transfer_id)
        .join(paid, paid.id == LedgerTransfer.reverses_id)
        .where(LedgerTransfer.fund_id == fund_id, paid.kind == "post_hold", LedgerPosting.amount > 0,
               LedgerTransfer.occurred_on >= since, LedgerTransfer.occurred_on <= until))
    return int((await session.exec(total)).one())


async def balance_of(session: Any, fund_id: UUID) -> int:
    cash = select(func.coalesce(func.sum(LedgerAccount.posted), 0)).where(
        LedgerAccount.fund_id == fund_id, LedgerAccount.kind == "cash")
    return int((await session.exec(cash)).one())


def period(since: date | None, until: date | None, now: datetime) -> tuple[date, date]:
    """Default: this year until today."""
    end = until or local_day(now)
    return since or date(end.year, 1, 1), end
