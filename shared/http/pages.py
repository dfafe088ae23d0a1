"""Keyset pages: as fast at the ten millionth row as at the tenth."""

import base64
import binascii
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.http.problems import invalid
from shared.types import Moment

GREATEST_LIMIT = 200

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """`next` is the `after` of the following page; null at the end."""

    items: list[T]
    next: str | None


class PageQuery(BaseModel):
    limit: int
    after: UUID | None
    updated_since: Moment | None


async def read_page_query(
    limit: Annotated[int, Query(ge=1, description=f"At most {GREATEST_LIMIT}; more is answered with that many")] = 50,
    after: Annotated[str | None, Query(max_length=100, description="`next` of the page before")] = None,
    updated_since: Annotated[Moment | None, Query(description="Only what changed since then")] = None,
) -> PageQuery:
    return PageQuery(limit=min(limit, GREATEST_LIMIT), after=opened(after), updated_since=updated_since)


Paging = Annotated[PageQuery, Depends(read_page_query)]


def opened(cursor: str | None) -> UUID | None:
    if cursor is None:
        return None
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except (ValueError, binascii.Error):
        raise invalid("query.after", "不是有效的翻页标记", "Not a cursor this service gave out") from None


def sealed(id: UUID) -> str:
    return base64.urlsafe_b64encode(id.bytes).rstrip(b"=").decode()


async def page_of(session: AsyncSession, table: Any, query: PageQuery, *conditions: Any) -> Page[Any]:
    """Newest first. The row's id is a UUIDv7, so the order by id is the order of age."""
    statement = select(table).where(*conditions).order_by(table.id.desc()).limit(query.limit + 1)
    if query.after:
        statement = statement.where(table.id < query.after)
    if query.updated_since:
        statement = statement.where(table.updated_at >= query.updated_since)
    rows = list((await session.exec(statement)).all())
    more = len(rows) > query.limit
    items = rows[: query.limit]
    return Page[Any](items=items, next=sealed(items[-1].id) if more else None)
