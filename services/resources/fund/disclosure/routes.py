"""The donor's trace and the public page of a fund."""

from uuid import UUID

from fastapi import APIRouter

from services.resources.fund.disclosure import actions
from services.resources.fund.disclosure.models import DisclosureOut, TraceOut
from services.resources.fund.funds.models import Fund
from services.resources.fund.gifts.models import Gift
from services.resources.fund.gifts.within import within
from shared.clock import Now
from shared.db import Read, found
from shared.identity.caller import requires
from shared.types import Day

router = APIRouter(prefix="/v1", tags=["fund"])

GiftsRead = requires("gifts:read")
SeePublic = requires("disclosures:read")


@router.get("/gifts/{id}/trace")
async def trace_gift(id: UUID, caller: GiftsRead, session: Read) -> TraceOut:
    """From the gift to the hand-over: for what, how much, when. For the donor, and for those who record gifts."""
    gift = await found(session, Gift, id, within=within(caller))
    return await actions.trace(session, gift)


@router.get("/funds/{id}/disclosure")
async def disclose_fund(
    id: UUID, caller: SeePublic, session: Read, now: Now, since: Day | None = None, until: Day | None = None,
) -> DisclosureOut:
    """What is put on the notice board: sums, purposes, donors who agreed to be named. Default: this year."""
    fund = caller.must_find(await found(session, Fund, id))
    return await actions.disclose(session, fund, *actions.period(since, until, now))
