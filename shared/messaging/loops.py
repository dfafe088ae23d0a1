"""Whose a loop is: a caller may go on with a loop of their own community, and never with another's."""

from uuid import UUID

from sqlalchemy import select, union
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.http.problems import invalid
from shared.messaging.tables import ServiceTables
from shared.reach import looking_everywhere


async def must_be_ours(tx: AsyncSession, tables: ServiceTables, correlation_id: UUID | None, community: str) -> None:
    """For a loop that a caller names. Raises `Invalid` when this service has said or heard of it elsewhere only."""
    if correlation_id is None:
        return
    known = union(*(
        select(table.community).where(table.correlation_id == correlation_id)
        for table in (tables.outbox, tables.inbox)
    ))
    async with looking_everywhere(tx):
        communities = set((await tx.exec(known)).scalars())
    if communities and community not in communities:
        raise invalid("body.correlation_id", "不是本社区的事项", "Not a loop of this community")
