"""Changes to communities."""

from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.register.communities.models import Community, CommunityIn, CommunityPatch
from services.resources.register.saving import columns_of, revised
from shared.http.problems import Conflict, NotFound, Words, invalid


async def find(tx: AsyncSession, slug: str) -> Community:
    """Raises `NotFound`."""
    community = (await tx.exec(select(Community).where(Community.community == slug))).one_or_none()
    if community is None:
        raise NotFound(kind="community", community=slug)
    return community


async def community_must_exist(tx: AsyncSession, slug: str) -> None:
    """Raises `Invalid`: for a body that names a community."""
    try:
        await find(tx, slug)
    except NotFound:
        raise invalid("body.community", "登记中没有这个社区", "The register does not hold this community") from None


async def open_community(tx: AsyncSession, body: CommunityIn, now: datetime) -> Community:
    """Raises `Conflict` for a slug that is taken."""
    taken = select(Community.id).where(Community.community == body.community)
    if (await tx.exec(taken)).first() is not None:
        raise Conflict(Words("社区代码已被使用", "The slug is taken"), community=body.community)
    community = Community(**columns_of(body), created_at=now, updated_at=now)
    tx.add(community)
    return community


def revise(community: Community, body: CommunityPatch, now: datetime) -> Community:
    revised(community, body, now)
    return community
