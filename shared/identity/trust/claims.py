"""What the claims of a token say, by its issuer's mapping. Pure; what nobody knows gives nothing."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from shared.identity.caller import Caller, Grant
from shared.identity.policy import ROLES
from shared.identity.trust.mapping import ClaimMapping, RolesAt

Claims = Mapping[str, Any]
MOST_GRANTS = 500
"""Roles times communities can be many; whoever has more than this has a mapping that is wrong."""


class Said(NamedTuple):
    """One role as the token says it; `community` is None where it stands somewhere else."""

    role: Any
    community: Any = None
    unit: Any = None


def caller_of(claims: Claims, mapping: ClaimMapping) -> Caller | None:
    """None for a token that does not say whose it is."""
    subject, moment, issued_at = at(claims, mapping.subject), at(claims, mapping.auth_time), claims.get("iat")
    if not is_name(subject):
        return None
    return Caller(
        subject=subject,
        grants=tuple(islice(grants_of(claims, mapping), MOST_GRANTS)),
        person_id=name_at(claims, mapping.person),
        session_id=name_at(claims, mapping.session),
        amr=tuple(methods_of(claims, mapping)),
        auth_time=moment if isinstance(moment, int) else None,
        issued_at=issued_at if isinstance(issued_at, int | float) else None,
    )


def grants_of(claims: Claims, mapping: ClaimMapping) -> Iterator[Grant]:
    for place in mapping.roles:
        for said in roles_said(claims, place):
            role = role_of(said.role, place)
            if role is None or not (said.unit is None or is_id(said.unit)):
                continue
            for community in communities_of(said, claims, place):
                yield Grant(role=role, community=community, unit=said.unit)


def roles_said(claims: Claims, place: RolesAt) -> Iterator[Said]:
    for entry in entries(at(claims, place.at)):
        if place.role_in is None and isinstance(entry, str):
            if found := place.pattern.fullmatch(entry):
                yield Said(**found.groupdict()) if place.template else Said(entry)
        elif place.role_in is not None and isinstance(entry, dict):
            yield Said(*(entry.get(field) for field in (place.role_in, place.community_in, place.unit_in)))


def role_of(said: Any, place: RolesAt) -> str | None:
    if not isinstance(said, str):
        return None
    role = said if place.roles is None else place.roles.get(said)
    return role if role in ROLES else None


def communities_of(said: Said, claims: Claims, place: RolesAt) -> list[str]:
    found = entries(at(claims, place.community_at)) if place.community_at else [place.community or said.community]
    return [community for community in found if is_name(community)]


def methods_of(claims: Claims, mapping: ClaimMapping) -> Iterator[str]:
    for word in filter(is_name, entries(at(claims, mapping.amr))):
        yield from (word,) if mapping.methods is None else mapping.methods.get(word, ())


def at(claims: Claims, path: tuple[str, ...]) -> Any:
    """None where nothing is, or something that has no inside."""
    found: Any = claims
    for step in path:
        if not isinstance(found, dict):
            return None
        found = found.get(step)
    return found


def entries(found: Any) -> list[Any]:
    """A list, or the one word that stands where a list might."""
    return found if isinstance(found, list) else [found] if isinstance(found, str) else []


def name_at(claims: Claims, path: tuple[str, ...]) -> str | None:
    found = at(claims, path)
    return found if isinstance(found, str) else None


def is_name(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def is_id(value: Any) -> bool:
    """A grant for something that cannot be read is no grant, and not one for more."""
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False
