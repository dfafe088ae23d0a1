"""The money of an application: held when it is approved, freed when nothing comes of it, paid once all could object."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.fund.applications import ballots, rules
from services.resources.fund.applications.models import Application, PayIn
from services.resources.fund.ledger import actions as ledger
from services.resources.fund.ledger.models import LedgerTransfer, ReversalIn
from shared.clock import local_day
from shared.db import changed
from shared.events.resources_application import ApplicationPaid, ApplicationPaymentReturned
from shared.messaging.outbox import emit


async def keep_for(tx: AsyncSession, application: Application, *, by: str, now: datetime) -> UUID:
    """Raises `InsufficientFunds`: money given for another purpose does not count."""
    hold = await ledger.hold_for(
        tx, application.fund_id, application.awarded or application.amount, application.purpose, into="aid",
        reason=application.kind, by=by, now=now, expires_at=now + timedelta(days=rules.HELD_DAYS), concerns=application.id)
    return hold.id


async def let_go(tx: AsyncSession, application: Application, reason: str, *, by: str, now: datetime) -> None:
    """What is held for it is free again; a hold that expired meanwhile is free already."""
    if application.hold_id is None:
        return
    hold = await ledger.transfer_with(tx, application.hold_id)
    if await ledger.state_of(tx, hold, now) == "pending":
        await ledger.void_hold(tx, hold, reason=reason, by=by, now=now)
    application.hold_id = None


async def pay(tx: AsyncSession, application: Application, body: PayIn, *, by: str, now: datetime) -> Application:
    """Neither the author nor anybody who approved pays. A hold that expired is taken anew, if there is money."""
    state = rules.next_state(application.state, "pay")
    rules.must_be_noticed(application.notice_until, body.occurred_on or local_day(now))
    approvers = rules.approvers(await ballots.votes_of(tx, application))
    rules.must_be_another(by, {application.author, application.decided_by} | approvers, "payer")
    awarded = application.awarded or 0
    rules.must_be_within(body.amount or awarded, awarded, "amount")
    hold = await living_hold(tx, application, by=by, now=now)
    transfer = await ledger.post_hold(tx, hold, body.amount, by=by, now=now, occurred_on=body.occurred_on,
                                      document=body.document)
    application.payment_id, application.paid_by = transfer.id, by
    said = ApplicationPaid(application_id=application.id, fund_id=application.fund_id, purpose=application.purpose,
                           amount=body.amount or awarded)
    return settled(tx, application, state, said, now)


async def living_hold(tx: AsyncSession, application: Application, *, by: str, now: datetime) -> LedgerTransfer:
    hold = await ledger.transfer_with(tx, application.hold_id) if application.hold_id else None
    if hold is None or await ledger.state_of(tx, hold, now) == "expired":
        application.hold_id = await keep_for(tx, application, by=by, now=now)
        hold = await ledger.transfer_with(tx, application.hold_id)
    return hold


async def take_back(
    tx: AsyncSession, application: Application, body: ReversalIn, *, by: str, now: datetime,
) -> Application:
    """The payment came back, or was a mistake: it is booked back, and the application ends."""
    state = rules.next_state(application.state, "return")
    if application.payment_id is not None:
        await ledger.reverse(tx, await ledger.transfer_with(tx, application.payment_id), body, by=by, now=now)
    application.state_because = body.reason
    return settled(tx, application, state, ApplicationPaymentReturned(application_id=application.id, reason=body.reason), now)


def settled(
    tx: AsyncSession, application: Application, state: str, said: ApplicationPaid | ApplicationPaymentReturned,
    now: datetime,
) -> Application:
    application.state = state
    changed(application, now)
    emit(tx, said, of=application, correlation_id=application.correlation_id)
    return application
