"""Who may give what to whom and where, and what a grant for a place means in communities."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.http.problems import Conflict, NotAllowed, Words, invalid
from shared.identity.caller import Grant
from shared.identity.policy import EVERYWHERE, PERMISSIONS
from shared.identity.tokens import claim_of

OF_A_COMMUNITY = frozenset(
    "resident volunteer squad_leader mediator social_worker doctor care_assistant committee_member supervisor".split())
MAY_GIVE: dict[str, frozenset[str]] = {
    "community_admin": OF_A_COMMUNITY,
    "coordinator": OF_A_COMMUNITY | {"community_admin"},
    "operator": OF_A_COMMUNITY | {"community_admin", "coordinator", "integrator", "auditor", "operator"},
}
"""Role → what its holder may give and take, at the place of their grant and below it."""
BELOW_ONLY = frozenset({"community_admin"})
"""Holders of these give their own role too, but only below: who administers a street, to those of its communities."""

UNIT_EXTENTS = frozenset({"squad", "case", "elder"})
OF_A_UNIT = frozenset(
    role for line in PERMISSIONS.values() for role, extent in line.items() if extent in UNIT_EXTENTS)
"""Roles that can be for one squad, case or elder."""

LARGEST_CLAIM = 2400
"""Bytes of grants in a token: in base64, and with all else that it says, they stay below its 4 KB."""


@dataclass(frozen=True)
class Tree:
    """`parents`: code → street, or None directly below the hub. Need only hold what is asked about."""

    parents: Mapping[str, str | None]

    def path(self, place: str) -> tuple[str, ...]:
        """The place itself, and what is above it, up to the hub."""
        street = self.parents.get(place)
        above = (street,) if street else ()
        return (EVERYWHERE,) if place == EVERYWHERE else (place, *above, EVERYWHERE)

    def below(self, place: str) -> tuple[str, ...]:
        """The places a grant here reaches, itself first: a street keeps rows of its own, too."""
        return (place, *sorted(code for code, parent in self.parents.items() if parent == place))


def may_give(held: Iterable[Grant], role: str, path: Sequence[str]) -> bool:
    """`held` by whoever gives or takes; `path` of the place (`Tree.path`)."""
    return any(
        (role in MAY_GIVE.get(grant.role, ()) and grant.community in path)
        or (grant.role == role and role in BELOW_ONLY and grant.community in path[1:])
        for grant in held)


def must_be_entitled(held: Iterable[Grant], role: str, path: Sequence[str]) -> None:
    """Raises `NotAllowed`."""
    if not may_give(held, role, path):
        raise NotAllowed(Words("你不能在这里授予或收回这个角色", "This role is not yours to give or take here"),
                         role=role, community=path[0])


def must_not_be_oneself(giver: str, account_id: UUID) -> None:
    """Raises `NotAllowed`."""
    if giver == str(account_id):
        raise NotAllowed(Words("不能给自己授权", "Nobody gives a grant to themselves"))


@dataclass(frozen=True)
class Wanted:
    role: str
    place: str
    unit: UUID | None
    valid_from: datetime | None
    valid_to: datetime | None


def checked(wanted: Wanted, is_community: bool, now: datetime) -> None:
    """Raises `Invalid`. `is_community`: the place is one, and no street or the hub."""
    if wanted.unit and (wanted.role not in OF_A_UNIT or not is_community):
        raise invalid("body.unit", "这个角色或地点不能只限一个小队、一件事或一位老人",
                      "This role, or this place, cannot be for one squad, case or elder")
    if wanted.valid_from and wanted.valid_from < now:
        raise invalid("body.valid_from", "不能早于现在", "Must not be in the past")
    if wanted.valid_to and wanted.valid_to <= (wanted.valid_from or now):
        raise invalid("body.valid_to", "必须晚于开始时间和现在", "Must be later than its start, and than now")


def expanded(held: Iterable[Grant], tree: Tree) -> tuple[Grant, ...]:
    """With streets as their communities; each once, and none that a grant for everywhere says already."""
    said = dict.fromkeys(
        Grant(grant.role, place, grant.unit) for grant in held for place in tree.below(grant.community))
    return tuple(grant for grant in said if grant.community == EVERYWHERE or
                 Grant(grant.role, EVERYWHERE) not in said)


def must_fit(grants: Sequence[Grant]) -> None:
    """Raises `Conflict` for more than a token can say."""
    size = len(json.dumps([claim_of(grant) for grant in grants], separators=(",", ":")))
    if size > LARGEST_CLAIM:
        raise Conflict(Words("此账号的授权太多，令牌放不下：请改授街道或枢纽的角色，或先收回一些",
                             "The account would hold more than a token can say: give it for the street, or end some first"),
                       bytes=size, at_most=LARGEST_CLAIM)
