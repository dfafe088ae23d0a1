"""Who holds what, who may do what from now on, and who leaves."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from sqlmodel import col, select

from shared.clock import Now
from shared.db import Read, Tx, found
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.problems import NotFound
from shared.identity.caller import SignedIn, requires
from shared.identity.issuer.grants import actions, places
from shared.identity.issuer.grants.holding import tree_of
from shared.identity.issuer.grants.models import (
    AccountGrant, EndIn, GrantHeldOut, GrantIn, LeaveIn, LeftOut, NodeIn, NodeOut, Place, ScopeNode,
)
from shared.identity.issuer.models import Account
from shared.identity.issuer.owning import owner
from shared.reach import looking_everywhere

router = APIRouter(tags=["grants"])

GrantsGive, GrantsEnd, GrantsRead = requires("grants:give"), requires("grants:end"), requires("grants:read")
PlacesRead, PlacesChange = requires("places:read"), requires("places:change")
Code = Annotated[str, Path(pattern=r"^[a-z][a-z0-9]{1,30}$")]


@router.post("/v1/grants", status_code=201)
@idempotent
async def give_grant(body: GrantIn, tx: Tx, caller: GrantsGive, now: Now) -> GrantHeldOut:
    """By whom the role is to be given there, never to oneself. It counts with the account's next token."""
    caller.must_reach(body.community)
    return await shown(tx, await actions.give(tx, body, caller.subject, caller.holding(), now))


@router.get("/v1/grants")
async def list_grants(
    caller: GrantsRead, tx: Tx, query: Paging, community: Place | None = None, account_id: UUID | None = None,
    over: bool = False,
) -> Page[GrantHeldOut]:
    """Within reach; of one community also what is held from above it. `over`: what was ended, too."""
    conditions = [caller.scope(AccountGrant.community, community)]
    if community is not None:
        tree = await tx.run_sync(tree_of, [community])
        conditions = [col(AccountGrant.community).in_(tree.path(community))]
    conditions += [] if over else [col(AccountGrant.ended_at).is_(None)]
    conditions += [AccountGrant.account_id == account_id] if account_id else []
    async with looking_everywhere(tx):
        page = await page_of(tx, AccountGrant, query, *conditions)
    return Page(items=await with_labels(tx, page.items), next=page.next)


@router.post("/v1/grants/{grant_id}/end")
@idempotent
async def end_grant(grant_id: UUID, body: EndIn, request: Request, tx: Tx, caller: GrantsEnd) -> GrantHeldOut:
    """The account's tokens from before are refused by every service within seconds."""
    grant = caller.must_find(await found(tx, AccountGrant, grant_id))
    return await shown(tx, await actions.end_one(
        tx, grant, caller.subject, caller.holding(), body.reason, request.app.state.clock))


@router.post("/v1/accounts/{account_id}/leave")
@idempotent
async def leave(account_id: UUID, body: LeaveIn, request: Request, tx: Tx, caller: GrantsEnd) -> LeftOut:
    """Somebody leaves a place: all they hold there ends at once. What is not the caller's to take: 403, and nothing ends."""
    if not caller.reaches(body.community):
        raise NotFound(kind=Account.__tablename__, id=str(account_id))
    return LeftOut(ended=await actions.leave(
        tx, account_id, body.community, caller.subject, caller.holding(), body.reason, request.app.state.clock))


@router.post("/v1/me/leave")
@idempotent
async def leave_oneself(body: LeaveIn, request: Request, tx: Tx, caller: SignedIn) -> LeftOut:
    """What one holds oneself at a place; `*`: everything."""
    return LeftOut(ended=await actions.leave(
        tx, owner(caller), body.community, caller.subject, None, body.reason, request.app.state.clock))


@router.get("/v1/places")
async def list_places(caller: PlacesRead, session: Read) -> list[NodeOut]:
    """The whole tree: the hub is above what has no parent."""
    return list((await session.exec(select(ScopeNode).order_by(col(ScopeNode.code)))).all())


@router.put("/v1/places/{code}")
@idempotent
async def put_place(code: Code, body: NodeIn, request: Request, tx: Tx, caller: PlacesChange) -> NodeOut:
    """Enters a street or a community, or moves it. Who reached it from where it was loses it at once."""
    return await places.put(tx, code, body, request.app.state.clock)


async def shown(tx: Tx, grant: AccountGrant) -> GrantHeldOut:
    return (await with_labels(tx, [grant]))[0]


async def with_labels(tx: Tx, grants: list[AccountGrant]) -> list[GrantHeldOut]:
    wanted = select(Account.id, Account.label).where(col(Account.id).in_({grant.account_id for grant in grants}))
    async with looking_everywhere(tx):
        labels = dict((await tx.exec(wanted)).all())
    return [GrantHeldOut.model_validate(grant.model_dump() | {"label": labels.get(grant.account_id, "")}) for grant in grants]
