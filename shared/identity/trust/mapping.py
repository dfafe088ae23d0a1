"""Where an issuer's tokens say who somebody is and what they may do: the part `claims` of a trusted issuer.

A claim is named by its path: `realm_access.roles`, or a list of steps where a name itself has dots in it:
`["https://login.example.org/roles"]`.
"""

import re
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from shared.identity.policy import Role

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
WORD = r"[^\s:/@|,]+"
SEPARATORS = re.compile(r"[\s:/@|,]")
"""What no word of a template contains, so that it is clear where one ends and the next begins."""


def steps_of(written: Any) -> Any:
    return written.split(".") if isinstance(written, str) else written


Path = Annotated[tuple[Name, ...], BeforeValidator(steps_of), Field(min_length=1)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RolesAt(Strict):
    """One place of a token where roles stand, as words or as objects."""

    at: Path
    template: Name | None = None
    """How a word is made up, e.g. `linli:{role}:{community}`; without one, the whole word is the role."""
    role_in: Name | None = None
    """The role's field, where objects stand there."""
    community_in: Name | None = None
    unit_in: Name | None = None
    community: Name | None = None
    """The same community for all of them; `*` for everywhere."""
    community_at: Path | None = None
    """Another claim of the token that names one community or several."""
    roles: dict[Name, Role] | None = None
    """Their name of a role, and ours. Without a table they use our names; with one, nothing else is a role."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return pattern_of(self.template or "{role}")

    @model_validator(mode="after")
    def words_or_objects(self) -> Self:
        if self.template and "role" not in self.pattern.groupindex:
            raise ValueError("template needs {role}")
        if self.role_in and self.template:
            raise ValueError("template is for words, role_in for objects: one of them")
        if not self.role_in and (self.community_in or self.unit_in):
            raise ValueError("community_in and unit_in are fields of an object, whose role needs role_in")
        return self

    @model_validator(mode="after")
    def one_community(self) -> Self:
        in_template = bool(self.template) and "community" in self.pattern.groupindex
        said = [in_template, self.community_in, self.community, self.community_at]
        if sum(map(bool, said)) != 1:
            raise ValueError(
                "say once where the community is: {community} in template, community_in, community_at or community")
        return self


def pattern_of(template: str) -> re.Pattern[str]:
    """Raises `ValueError` for a template that could be read in two ways."""
    parts = PLACEHOLDER.split(template)
    literals, names = parts[::2], parts[1::2]
    if set(names) - {"role", "community", "unit"} or len(set(names)) != len(names):
        raise ValueError("a template has {role}, {community} and {unit}, each once")
    if not all(SEPARATORS.search(literal) for literal in literals[1:-1]):
        raise ValueError("between two of a template's words stands one of : / @ | , or a blank")
    return re.compile("".join(
        f"(?P<{part}>{WORD})" if index % 2 else re.escape(part) for index, part in enumerate(parts)))


OURS = RolesAt(at="grants", role_in="role", community_in="community", unit_in="unit")


class ClaimMapping(Strict):
    """The defaults are how Linli's own issuer says it."""

    subject: Path = ("sub",)
    person: Path = ("person_id",)
    session: Path = ("sid",)
    auth_time: Path = ("auth_time",)
    amr: Path = ("amr",)
    methods: dict[Name, tuple[Name, ...]] | None = None
    """What stands at `amr` (or where `acr` stands, if `amr` says so), in words of RFC 8176: `{"2": ["pwd", "otp", "mfa"]}`.
    Without a table it says them itself."""
    roles: tuple[RolesAt, ...] = Field(default=(OURS,), min_length=1)
