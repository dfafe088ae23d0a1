"""Changes to the catalogue."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.catalogue import rules
from services.resources.catalogue.models import CatalogItem, ItemIn, ItemPatch
from shared.http.problems import Conflict, NotFound, VersionMismatch, Words, invalid

CATALOGUE_LOCK = 0x11_12_01


async def add(tx: AsyncSession, body: ItemIn, now: datetime) -> CatalogItem:
    """Raises `Conflict` for a code that exists."""
    await tx.exec(select(func.pg_advisory_xact_lock(CATALOGUE_LOCK)))
    if (await tx.exec(select(CatalogItem.id).where(CatalogItem.code == body.code))).first() is not None:
        raise Conflict(Words("物资编码已存在", "This code exists already"), item=body.code)
    item = CatalogItem(**body.model_dump(), created_at=now, updated_at=now)
    tx.add(item)
    return item


async def revise(
    tx: AsyncSession, code: str, body: ItemPatch, now: datetime, expected_version: int | None,
) -> CatalogItem:
    item = (await tx.exec(select(CatalogItem).where(CatalogItem.code == code).with_for_update())).one_or_none()
    if item is None:
        raise NotFound(kind="catalog_item", code=code)
    if expected_version is not None and item.version != expected_version:
        raise VersionMismatch(expected=expected_version, found=item.version)
    for field, value in body.model_dump(exclude_unset=True).items():
        if value is None and field != "licence":
            raise invalid(f"body.{field}", "不能为空", "Cannot be empty")
        setattr(item, field, value)
    item.version += 1
    item.updated_at = now
    return item


async def items_with(session: AsyncSession, codes: Iterable[str]) -> dict[str, CatalogItem]:
    """The items with these codes; a code nobody added is not among them."""
    found = await session.exec(select(CatalogItem).where(CatalogItem.code.in_(set(codes))))
    return {item.code: item for item in found}


async def whole_catalogue(session: AsyncSession) -> Sequence[CatalogItem]:
    """The oldest item first."""
    return (await session.exec(select(CatalogItem).order_by(CatalogItem.id))).all()


async def items_named(
    tx: AsyncSession, names: Iterable[tuple[str, str]], now: datetime,
) -> dict[str, CatalogItem]:
    """For imports, (name, base unit) as the ledger says them: name → item, added when nobody has it yet."""
    await tx.exec(select(func.pg_advisory_xact_lock(CATALOGUE_LOCK)))
    known = rules.by_name((item, (item.code, item.zh, item.en, *item.aliases)) for item in await whole_catalogue(tx))
    named: dict[str, CatalogItem] = {}
    for name, unit in names:
        item = known.get(rules.spoken(name))
        if item is None:
            item = CatalogItem(code=rules.code_for(name), zh=name, en=name, base_unit=unit,
                               created_at=now, updated_at=now)
            tx.add(item)
            known[rules.spoken(name)] = item
        named[name] = item
    return named
