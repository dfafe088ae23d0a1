"""The catalogue over HTTP."""

from fastapi import APIRouter, Response
from sqlmodel import select

from services.resources.catalogue import actions
from services.resources.catalogue.models import CatalogItem, ItemIn, ItemOut, ItemPatch
from shared.clock import Now
from shared.db import Read, Tx
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.http.problems import NotFound
from shared.identity.caller import requires
from shared.types import Code

router = APIRouter(prefix="/v1/items", tags=["stock"])

StockRead = requires("stock:read")
StockKeep = requires("stock:keep")
CatalogueRevise = requires("catalogue:revise")


@router.post("", status_code=201)
@idempotent
async def add_item(body: ItemIn, caller: StockKeep, tx: Tx, now: Now) -> ItemOut:
    """A new code, for everybody."""
    return await actions.add(tx, body, now)


@router.get("")
async def list_items(caller: StockRead, session: Read, query: Paging) -> Page[ItemOut]:
    return await page_of(session, CatalogItem, query)


@router.get("/{code}")
async def read_item(code: Code, caller: StockRead, session: Read, response: Response) -> ItemOut:
    item = (await session.exec(select(CatalogItem).where(CatalogItem.code == code))).one_or_none()
    if item is None:
        raise NotFound(kind="catalog_item", code=code)
    return tagged(response, item)


@router.patch("/{code}")
@idempotent
async def revise_item(
    code: Code, body: ItemPatch, caller: CatalogueRevise, tx: Tx, now: Now, seen: IfMatch,
) -> ItemOut:
    """Only for those who keep the catalogue of all communities."""
    return await actions.revise(tx, code, body, now, seen)
