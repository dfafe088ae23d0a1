"""Whose data is restricted, and for what it may still be read."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, true
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db import Reader
from shared.http.problems import NotAllowed, Words
from shared.privacy.rights.models import RightsTables

LEFT_BY_LAW: dict[str, Words] = {
    "subject_request": Words("办理本人的请求", "To handle the person's own request"),
    "legal_duty": Words("履行法定职责或义务", "A duty that the law sets"),
    "emergency": Words("紧急情况下保护生命健康", "To protect life and health in an emergency"),
    "audit": Words("监督检查", "Supervision"),
}
"""Purposes for which restricted data may still be read; for all others it is only stored and protected.

They bind services as they bind people: a service says the purpose it asks for. What a service does for the person's own
request goes another way (`/v1/subject-parts`), and ids in events tell of nobody.

The rule of storing alone is the last paragraph of PIPL article 47, the emergency its article 13(4), both read in a
collection of laws; which purposes of Linli these are is its own judgement, and a lawyer must check it."""


class Restricted(NotAllowed):
    slug, title = "restricted", Words("本人已要求停止使用其资料", "This person's data is restricted")


async def restricted_among(
    session: AsyncSession | Reader, tables: RightsTables, resident_ids: Iterable[UUID | None],
) -> frozenset[UUID]:
    wanted = {id for id in resident_ids if id is not None}
    if not wanted:
        return frozenset()
    known = select(tables.restricted.resident_id).where(tables.restricted.resident_id.in_(wanted))
    return frozenset((await session.exec(known)).all())


def readable(tables: RightsTables, resident_id: Any, purpose: str) -> ColumnElement[bool]:
    """SQL predicate for lists: what is restricted is not among them."""
    if purpose in LEFT_BY_LAW:
        return true()
    return resident_id.is_(None) | resident_id.not_in(select(tables.restricted.resident_id))


async def must_be_readable(
    session: AsyncSession | Reader, tables: RightsTables, resident_ids: Iterable[UUID | None], purpose: str,
) -> None:
    """Raises `Restricted`, with the purposes that are left."""
    if purpose not in LEFT_BY_LAW and await restricted_among(session, tables, resident_ids):
        raise Restricted(possible=sorted(LEFT_BY_LAW), purpose=purpose)
