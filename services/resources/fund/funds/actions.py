"""A fund is opened and changes its state. Money is moved in the ledger alone."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.fund.funds import rules
from services.resources.fund.funds.models import Fund, FundIn
from services.resources.fund.ledger.models import LedgerAccount
from services.resources.register.organisations.models import Organisation
from shared.clock import local_day
from shared.db import changed
from shared.events.resources_fund import FundOpened, FundStateChanged
from shared.http.problems import invalid
from shared.messaging.outbox import emit
from shared.types import new_id


async def open_fund(tx: AsyncSession, body: FundIn, now: datetime) -> Fund:
    rules.must_be_complete(body, local_day(now))
    host = await tx.get(Organisation, body.host_organisation_id) if body.host_organisation_id else None
    if body.host_organisation_id and (host is None or host.community != body.community or host.kind != "charity"):
        raise invalid("body.host_organisation_id", "本社区没有登记这个慈善组织", "No charity of this community's register")
    fund = Fund(**body.model_dump(), correlation_id=new_id(), created_at=now, updated_at=now)
    tx.add(fund)
    said = FundOpened(fund_id=fund.id, mode=fund.mode, host_organisation_id=fund.host_organisation_id)
    emit(tx, said, of=fund, correlation_id=fund.correlation_id)
    return fund


async def change_state(tx: AsyncSession, fund: Fund, step: str, reason: str | None, now: datetime) -> Fund:
    """The fund is locked. Raises `WrongState`, or `FundNotEmpty` when it is to be closed."""
    state = rules.next_state(fund.state, step)
    if state == "closed":
        rules.must_be_empty(*await money_in(tx, fund))
    fund.state, fund.state_because = state, reason
    changed(fund, now)
    emit(tx, FundStateChanged(fund_id=fund.id, state=state), of=fund, correlation_id=fund.correlation_id)
    return fund


async def money_in(tx: AsyncSession, fund: Fund) -> tuple[int, int]:
    """Fen in cash, and of them held."""
    sums = select(func.coalesce(func.sum(LedgerAccount.posted), 0), func.coalesce(func.sum(-LedgerAccount.pending_out), 0))
    cash, held = (await tx.exec(sums.where(LedgerAccount.fund_id == fund.id, LedgerAccount.kind == "cash"))).one()
    return int(cash), int(held)
