"""Who is asking, and how far their grants reach. A permission is a type in a route's signature."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from shared.http.problems import NotAllowed, NotFound, NotSignedIn
from shared.identity.policy import EVERYWHERE, roles_with
from shared.reach import NOWHERE, reach_over

@dataclass(frozen=True)
class Grant:
    role: str
    community: str


@dataclass(frozen=True)
class Caller:
    """A verified token, seen through one permission."""

    subject: str
    grants: tuple[Grant, ...]
    permission: str | None = None
    person_id: str | None = None

    def with_permission(self, permission: str) -> "Caller":
        return replace(self, permission=permission)

    def communities(self) -> frozenset[str]:
        """Where the permission of this route holds; may contain `*`."""
        roles = roles_with(self.permission) if self.permission else frozenset()
        return frozenset(grant.community for grant in self.grants if grant.role in roles)

    def may_in(self, permission: str, community: str) -> bool:
        roles = roles_with(permission)
        return any(
            grant.role in roles and grant.community in (community, EVERYWHERE) for grant in self.grants
        )

    def reaches(self, community: str) -> bool:
        return bool(self.communities() & {community, EVERYWHERE})

    def must_reach(self, community: str) -> str:
        """For a community the caller names. Raises `NotAllowed`."""
        if not self.reaches(community):
            raise NotAllowed(permission=self.permission, community=community)
        return community

    def must_find(self, row: Any) -> Any:
        """For a row the caller asked for: one of another community does not exist for them. Raises `NotFound`."""
        if not self.reaches(row.community):
            raise NotFound(kind=row.__tablename__, id=str(row.id))
        return row

    def scope(self, column: Any, community: str | None = None) -> Any:
        """The predicate for lists: rows of the communities within reach, or of the one asked for."""
        if community is not None:
            return column == self.must_reach(community)
        reach = self.communities()
        return column.is_not(None) if EVERYWHERE in reach else column.in_(sorted(reach))


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
        self.roles = roles_with(permission) if permission else None

    async def __call__(self, request: Request) -> Caller:
        """Raises `NotSignedIn` or `NotAllowed`."""
        caller = await signed_in(request)
        if self.roles is None:
            return caller
        if not any(grant.role in self.roles for grant in caller.grants):
            raise NotAllowed(permission=self.permission)
        return caller.with_permission(self.permission)


SignedIn = Annotated[Caller, Depends(Permitted(None))]


def requires(permission: str) -> Any:
    """`HazardsVerify = requires("hazards:verify")`, then `caller: HazardsVerify` in a route."""
    return Annotated[Caller, Depends(Permitted(permission))]
