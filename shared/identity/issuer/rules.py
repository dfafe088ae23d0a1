"""What is asked of the token endpoint, by whom, and how long the answer may be good for."""

import base64
import binascii
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_plus

from shared.identity.issuer.personas import HUB, PLACELESS_ROLES
from shared.identity.issuer.refusals import InvalidClient, InvalidRequest, UnsupportedGrantType
from shared.identity.tokens import TOKEN_LIFE

LONGEST_USERNAME, LONGEST_PASSWORD = 100, 1000


@dataclass(frozen=True)
class PersonAsks:
    username: str
    password: str


@dataclass(frozen=True)
class ServiceAsks:
    client_id: str
    client_secret: str


Asked = PersonAsks | ServiceAsks


def read_request(fields: Sequence[tuple[str, str]], authorization: str) -> Asked:
    """`fields` as they came in the form; `authorization` is that header, or empty. Raises `Refused`."""
    form = once_each(fields)
    grant_type = form.get("grant_type")
    if grant_type is None:
        raise missing("grant_type")
    if grant_type == "password":
        return person_of(form)
    if grant_type == "client_credentials":
        return service_of(form, authorization)
    raise UnsupportedGrantType()


def once_each(fields: Sequence[tuple[str, str]]) -> dict[str, str]:
    """RFC 6749 §3.2: nothing twice; what has no value counts as left out."""
    form = dict(fields)
    if len(form) != len(fields):
        raise InvalidRequest("有参数重复出现", "A parameter came more than once")
    return {name: value for name, value in form.items() if value}


def person_of(form: dict[str, str]) -> PersonAsks:
    for field, longest in (("username", LONGEST_USERNAME), ("password", LONGEST_PASSWORD)):
        if field not in form:
            raise missing(field)
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


def service_of(form: dict[str, str], authorization: str) -> ServiceAsks:
    """Client authentication by the Basic header or in the form, never both: RFC 6749 §2.3."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        if "client_id" not in form or "client_secret" not in form:
            raise InvalidClient()
        return ServiceAsks(form["client_id"], form["client_secret"])
    if "client_secret" in form:
        raise InvalidRequest("客户端凭证只能给出一次", "The client's credentials came in two places")
    try:
        name, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise InvalidClient() from None
    if not name or not secret:
        raise InvalidClient()
    return ServiceAsks(unquote_plus(name), unquote_plus(secret))


def missing(field: str) -> InvalidRequest:
    return InvalidRequest(f"缺少参数 {field}", f"The parameter {field} is missing")


def expiry(now: datetime, ends: Iterable[datetime | None]) -> datetime:
    """Ten minutes from now, or the moment the first of its grants ends."""
    return min([now + TOKEN_LIFE, *(end for end in ends if end)])
