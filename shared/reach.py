"""How far a transaction reaches: the communities whose rows it sees and may write. PostgreSQL holds everybody to it.

The permission of a route decides first; this is what stands behind a forgotten predicate.
"""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from sqlalchemy import func, select, text
from sqlmodel.ext.asyncio.session import AsyncSession

NOWHERE = ""
EVERYWHERE = "*"
SETTING = "linli.reach"
"""Set for one transaction: kept for a connection it would be the next caller's too."""

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,30}")


def reach_over(communities: Iterable[str]) -> str:
    """Of the communities of somebody's grants. What is no name of a community reaches nothing."""
    named = set(communities)
    return EVERYWHERE if EVERYWHERE in named else ",".join(sorted(filter(NAME.fullmatch, named)))


@asynccontextmanager
async def looking_everywhere(tx: AsyncSession) -> AsyncIterator[None]:
    """For a question whose answer tells the caller nothing of the rows it was found in, e.g. whose a loop is."""
    before = await tx.scalar(text(f"select current_setting('{SETTING}', true)"))
    await tx.exec(text(f"set local {SETTING} = '{EVERYWHERE}'"))
    yield
    await tx.exec(select(func.set_config(SETTING, before, True)))


def opening(reach: str) -> str:
    """The statements a transaction begins with, for one round trip. `reach` comes from `reach_over`."""
    return f"begin; set local {SETTING} = '{reach}'"
