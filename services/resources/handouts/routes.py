"""Past handouts over HTTP."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from services.resources.handouts.models import Handout, HandoutOut
from shared.db import Read, found
from shared.http.pages import Page, Paging, page_of
from shared.identity.caller import requires
from shared.privacy.masks import masked_name
from shared.types import Code, Community

router = APIRouter(prefix="/v1/handouts", tags=["stock"])

StockRead = requires("stock:read")


@router.get("")
async def list_handouts(
    caller: StockRead, session: Read, query: Paging, community: Community | None = None, item: Code | None = None,
) -> Page[HandoutOut]:
    wanted = [Handout.item == item] if item else []
    page = await page_of(session, Handout, query, caller.scope(Handout.community, community), *wanted)
    return Page[HandoutOut](items=[shown(row) for row in page.items], next=page.next)


@router.get("/{id}")
async def read_handout(id: UUID, caller: StockRead, session: Read) -> HandoutOut:
    return shown(caller.must_find(await found(session, Handout, id)))


def shown(handout: Any) -> HandoutOut:
    out = HandoutOut.model_validate(handout)
    return out.model_copy(update={"received_by": masked_name(out.received_by) if out.received_by else None})
