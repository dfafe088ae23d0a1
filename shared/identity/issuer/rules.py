"""What a persona's name and password must look like."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from shared.identity.issuer.personas import HUB, PLACELESS_ROLES
from shared.identity.issuer.refusals import InvalidRequest

LONGEST_USERNAME, LONGEST_PASSWORD = 100, 1000


@dataclass(frozen=True)
class PersonAsks:
    username: str
    password: str


def person_of(form: Mapping[str, str]) -> PersonAsks:
    """Raises `InvalidRequest`."""
    for field, longest in (("username", LONGEST_USERNAME), ("password", LONGEST_PASSWORD)):
        if not form.get(field):
            raise InvalidRequest(f"缺少参数 {field}", f"The parameter {field} is missing")
        if len(form[field]) > longest:
            raise InvalidRequest(f"{field} 太长，最多 {longest} 个字", f"{field} is longer than {longest} characters")
    if not form["username"].isprintable():
        raise InvalidRequest("username 含有控制字符", "username has control characters")
    return PersonAsks(canonical(form["username"]), form["password"])


def canonical(username: str) -> str:
    """As people type it, full-width ＠ and capitals included; `operator@hub` is the operator of everywhere."""
    name = unicodedata.normalize("NFKC", username).strip().casefold()
    role, _, community = name.partition("@")
    return role if community == HUB and role in PLACELESS_ROLES else name
