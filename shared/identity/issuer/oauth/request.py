"""A request as Authlib wants to see it: read before, because Authlib is synchronous."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from authlib.oauth2.rfc6749 import OAuth2Payload, OAuth2Request

from shared.identity.issuer.refusals import InvalidRequest

BEHIND_TLS = "https://issuer"
"""Authlib insists on https. Whether TLS was used is the gateway's to know and to see to; see IssuerSettings."""


PROTOCOL = frozenset({
    "grant_type", "response_type", "client_id", "redirect_uri", "scope", "code_challenge", "code_challenge_method",
    "client_assertion_type", "token_type_hint", "prompt", "response_mode"})
PLAIN = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]*")
"""What RFC 6749 lets into an error description, where Authlib repeats such parameters."""


class Fields(OAuth2Payload):
    """Every parameter at most once (RFC 6749 §3.1, §3.2); what has no value counts as left out."""

    def __init__(self, fields: Sequence[tuple[str, str]]) -> None:
        self._data = {name: value for name, value in fields if value}

    @property
    def data(self) -> dict[str, str]:
        return self._data

    @property
    def datalist(self) -> dict[str, list[str]]:
        return {name: [value] for name, value in self._data.items()}


class FormRequest(OAuth2Request):
    """`credential` is what a first-party grant has proved already: who somebody is."""

    def __init__(self, method: str, fields: Sequence[tuple[str, str]], headers: Mapping[str, str]) -> None:
        super().__init__(method, BEHIND_TLS, headers=headers)
        self.payload = Fields(fields)
        self.proved: Any = None

    @property
    def args(self) -> dict[str, str]:
        return self.payload.data

    @property
    def form(self) -> dict[str, str]:
        return self.payload.data


def checked(fields: Sequence[tuple[str, str]], authorization: str) -> list[tuple[str, str]]:
    """Raises `InvalidRequest`."""
    if len(dict(fields)) != len(fields):
        raise InvalidRequest("有参数重复出现", "A parameter came more than once")
    for name, value in fields:
        if name in PROTOCOL and not PLAIN.fullmatch(value):
            raise InvalidRequest(f"{name} 含有不允许的字符", f"{name} has characters that are not allowed")
    if authorization.lower().startswith("basic ") and dict(fields).get("client_secret"):
        raise InvalidRequest("客户端凭证只能给出一次", "The client's credentials came in two places")
    return list(fields)
