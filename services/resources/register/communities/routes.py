"""Communities over HTTP."""

from fastapi import APIRouter, Response

from services.resources.register.communities import actions
from services.resources.register.communities.models import Community, CommunityIn, CommunityOut, CommunityPatch
from shared.clock import Now
from shared.db import Read, Tx, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.identity.caller import requires
from shared.types import Community as Slug

router = APIRouter(prefix="/v1/communities", tags=["register"])

PlacesRead = requires("register:read_places")
RegisterWrite = requires("register:write")
CommunitiesOpen = requires("communities:open")


@router.post("", status_code=201)
@idempotent
async def open_community(body: CommunityIn, caller: CommunitiesOpen, tx: Tx, now: Now) -> CommunityOut:
    caller.must_reach(body.community)
    return await actions.open_community(tx, body, now)


@router.get("")
async def list_communities(caller: PlacesRead, session: Read, query: Paging) -> Page[CommunityOut]:
    return await page_of(session, Community, query, caller.scope(Community.community))


@router.get("/{slug}")
async def read_community(slug: Slug, caller: PlacesRead, session: Read, response: Response) -> CommunityOut:
    return tagged(response, caller.must_find(await actions.find(session, slug)))


@router.patch("/{slug}")
@idempotent
async def revise_community(
    slug: Slug, body: CommunityPatch, caller: RegisterWrite, tx: Tx, now: Now, seen: IfMatch,
) -> CommunityOut:
    known = caller.must_find(await actions.find(tx, slug))
    community = await locked(tx, Community, known.id, expected_version=seen)
    return actions.revise(community, body, now)
