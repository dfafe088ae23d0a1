"""Who is asking, and how far their grants reach. A permission is a type in a route's signature."""

from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from sqlalchemy import ColumnElement

from shared.http.problems import NotAllowed, NotFound, NotSignedIn
from shared.identity.policy import EVERYWHERE, EXTENTS, Extent, extent_of, roles_with
from shared.identity.within import Within
from shared.reach import NOWHERE, reach_over

@dataclass(frozen=True)
class Grant:
    """`unit`: the squad, case or elder that is meant, where the role reaches only that far."""

    role: str
    community: str
    unit: str | None = None


@dataclass(frozen=True)
class Caller:
    """A verified token, seen through one permission.

    `session_id`, `amr` and `auth_time` say of a person where, how (RFC 8176) and when they signed in; a service and a
    token of another issuer may have none of them. `issued_at`: of the token, in seconds since 1970.
    """

    subject: str
    grants: tuple[Grant, ...]
    permission: str | None = None
    person_id: str | None = None
    session_id: str | None = None
    amr: tuple[str, ...] = ()
    auth_time: int | None = None
    issued_at: float | None = None

    @property
    def person(self) -> UUID | None:
        """Whom of the register the account belongs to; another issuer may call people something else."""
        try:
            return UUID(self.person_id) if self.person_id else None
        except ValueError:
            return None

    def with_permission(self, permission: str) -> "Caller":
        return replace(self, permission=permission)

    def holding(self, *extents: Extent) -> tuple[Grant, ...]:
        """The grants through which the permission is held, to one of these extents or to any."""
        if self.permission is None:
            return ()
        return tuple(grant for grant in self.grants if usable(grant, self.permission, extents or EXTENTS))

    def communities(self) -> frozenset[str]:
        """Where the permission holds for everything; may contain `*`."""
        return frozenset(grant.community for grant in self.holding("everywhere", "community"))

    def may_in(self, permission: str, community: str, *narrow: Extent) -> bool:
        return self.with_permission(permission).reaches(community, *narrow)

    def reaches(self, community: str, *narrow: Extent) -> bool:
        """All of the community; with `narrow` also whoever reaches only that far in it."""
        return any(grant.community in (community, EVERYWHERE)
                   for grant in self.holding("everywhere", "community", *narrow))

    def must_reach(self, community: str, *narrow: Extent) -> str:
        """For a community the caller names. Raises `NotAllowed`."""
        if not self.reaches(community, *narrow):
            raise NotAllowed(permission=self.permission, community=community)
        return community

    def must_find(self, row: Any) -> Any:
        """For a row the caller asked for: one of another community does not exist for them. Raises `NotFound`."""
        if not self.reaches(row.community):
            raise NotFound(kind=row.__tablename__, id=str(row.id))
        return row

    def scope(self, column: Any, community: str | None = None) -> ColumnElement[bool]:
        """The predicate for lists: rows of the communities within reach, or of the one asked for."""
        return self.within(column, community).predicate

    def within(self, column: Any, community: str | None = None, **related: ColumnElement[bool]) -> Within:
        """`within(Hazard.community, own=Hazard.reported_by == caller.subject)`: whole communities, and by relation
        what the permission reaches only that far. Raises `NotAllowed` for a community asked for and out of reach."""
        if community is not None:
            self.must_reach(community, *EXTENTS)
        narrow = [self.narrowly(column, extent, predicate) for extent, predicate in related.items()]
        return Within(column, self.communities(), tuple(one for one in narrow if one is not None), community)

    def narrowly(self, column: Any, extent: Any, predicate: ColumnElement[bool]) -> ColumnElement[bool] | None:
        """What is one's own is within every extent."""
        communities = {grant.community for grant in (self.holding() if extent == "own" else self.holding(extent))}
        if not communities:
            return None
        return predicate if EVERYWHERE in communities else column.in_(sorted(communities)) & predicate

    def units(self, extent: Extent) -> frozenset[UUID]:
        """What grants name one by one."""
        return frozenset(UUID(grant.unit) for grant in self.holding(extent) if grant.unit is not None)

    def related_as(self, extent: Extent) -> frozenset[str]:
        """The roles of grants that name no unit, so that the feature's relation says what is theirs."""
        return frozenset(grant.role for grant in self.holding(extent) if grant.unit is None)


def usable(grant: Grant, permission: str, extents: tuple[str, ...]) -> bool:
    """What is held everywhere is held through a grant for everywhere only."""
    extent = extent_of(permission, grant.role)
    return extent in extents and (extent != "everywhere" or grant.community == EVERYWHERE)


async def signed_in(request: Request) -> Caller:
    """Raises `NotSignedIn`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn()
    return await request.app.state.verifier.verify(token.strip())


async def reach_of(request: Request) -> str:
    """Every community the caller has a grant in, for row-level security; nowhere for a stranger.

    At the issuer a stranger is somebody who is about to sign in, and their grants must be found: `strangers_reach`.
    """
    try:
        caller = await signed_in(request)
    except NotSignedIn:
        return getattr(request.app.state, "strangers_reach", NOWHERE)
    return reach_over(grant.community for grant in caller.grants)


class Permitted(HTTPBearer):
    """One dependency per route: who signed the request, and whether a role of theirs has the permission."""

    def __init__(self, permission: str | None) -> None:
        super().__init__(scheme_name="Bearer", auto_error=False,
                         description="Access token of the issuer: `./linli token --as ROLE@COMMUNITY`")
        self.permission = permission
        if permission is not None:
            roles_with(permission)  # a KeyError at import, for a permission without a line in the policy

    async def __call__(self, request: Request) -> Caller:
        """Raises `NotSignedIn` or `NotAllowed`."""
        caller = await signed_in(request)
        if self.permission is not None:
            caller = caller.with_permission(self.permission)
        request.state.caller = caller  # whom the log names, see shared/privacy/audit
        return caller if self.permission is None else permitted(caller)


def permitted(caller: Caller) -> Caller:
    """Raises `NotAllowed`, which tells somebody with the right role in too small a place that it is the place."""
    if caller.holding():
        return caller
    if any(extent_of(str(caller.permission), grant.role) for grant in caller.grants):
        raise NotAllowed(permission=caller.permission, community=EVERYWHERE)
    raise NotAllowed(permission=caller.permission)


SignedIn = Annotated[Caller, Depends(Permitted(None))]


def requires(permission: str) -> Any:
    """`HazardsVerify = requires("hazards:verify")`, then `caller: HazardsVerify` in a route."""
    return Annotated[Caller, Depends(Permitted(permission))]
