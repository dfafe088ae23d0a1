"""Whom the verifier believes: one issuer or several, as settings or a file say it. Checked when a process starts.

`ISSUER_URL`, `JWKS_URL` or `JWKS_FILE`, and `TOKEN_AUDIENCE` are the short form of one issuer that says things as Linli's own does.
`TRUSTED_ISSUERS_FILE` names a file, TOML or JSON, that says all the rest; then it alone counts. An example is in
deploy/environment/trusted-issuers.toml.
"""

import json
import tomllib
from itertools import permutations
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, model_validator

from shared.identity.policy import Role
from shared.identity.trust.mapping import ClaimMapping, Name, Strict
from shared.production import is_open
from shared.settings import Settings

Algorithm = Literal["ES256", "RS256", "EdDSA", "Ed25519"]


def address(url: str) -> str:
    place = urlsplit(url)
    if place.scheme not in ("http", "https") or not place.hostname or place.username or place.fragment:
        raise ValueError("an address begins with http:// or https:// and has no user and no fragment")
    return url


Address = Annotated[str, AfterValidator(address)]


class TrustedIssuer(Strict):
    issuer: Address
    """Exactly as `iss` says it: a slash more is another issuer."""
    jwks_url: Address | None = None
    jwks_file: Path | None = None
    """Without either, the issuer's discovery document says where its keys are."""
    audiences: tuple[Name, ...] = Field(default=("linli",), min_length=1)
    """A token is for us if it names one of them."""
    algorithms: tuple[Algorithm, ...] = Field(default=("ES256",), min_length=1)
    token_types: tuple[Name, ...] = Field(default=("at+jwt",), min_length=1)
    """`typ` of its access tokens. Some providers say `JWT`, which their ID tokens say too: those must then be refused by
    their audience."""
    claims: ClaimMapping = ClaimMapping()
    subject_prefix: str = ""
    """Keeps people of several issuers apart, who may have the same `sub`."""
    only_roles: tuple[Role, ...] | None = None
    only_communities: tuple[Name, ...] | None = None
    """What it may give at most; all, if nothing is said."""

    @model_validator(mode="after")
    def keys_from_one_place(self) -> Self:
        if self.jwks_url and self.jwks_file:
            raise ValueError("jwks_url or jwks_file: one of them")
        return self


class ServiceClient(Strict):
    """How the services ask for tokens of their own."""

    issuer: Address | None = None
    """One of the trusted issuers; may be left out where there is only one."""
    token_url: Address | None = None
    """Without it, the discovery document says where."""
    method: Literal["client_secret_basic", "client_secret_post", "private_key_jwt"] = "private_key_jwt"
    """A secret is in SERVICE_CREDENTIAL_FILE, the private key in SERVICE_KEY_FILE."""
    client_id: Name = "{service}"
    """`linli-{service}` is `linli-volunteer` in the service volunteer."""
    form: dict[Name, str] = {}
    """What the issuer wants besides, e.g. `scope`, `audience` or `resource`."""


class Trust(Strict):
    issuers: tuple[TrustedIssuer, ...] = Field(min_length=1)
    service_client: ServiceClient | None = None

    @model_validator(mode="after")
    def each_once(self) -> Self:
        names = [one.issuer for one in self.issuers]
        if len(set(names)) != len(names):
            raise ValueError("an issuer stands in the list once")
        client = self.service_client
        if client and (client.issuer not in names if client.issuer else len(names) > 1):
            raise ValueError("service_client.issuer has to be one of the issuers")
        return self

    @model_validator(mode="after")
    def people_are_kept_apart(self) -> Self:
        prefixes = [one.subject_prefix for one in self.issuers]
        if any(second.startswith(first) for first, second in permutations(prefixes, 2)):
            raise ValueError("with several issuers each needs a subject_prefix, and none may begin with another one")
        return self

    @property
    def service_issuer(self) -> str:
        return (self.service_client and self.service_client.issuer) or self.issuers[0].issuer


class UnusableTrust(ValueError):
    """What is wrong with the file and where, without what it says."""


def trust_of(settings: Settings) -> Trust:
    """Raises `UnusableTrust`."""
    file = settings.trusted_issuers_file
    trust = read_trust(file) if file else one_issuer(settings)
    if settings.is_production and (url := open_address_of(trust)):
        said_in = "TRUSTED_ISSUERS_FILE" if file else "ISSUER_URL, JWKS_URL or TOKEN_URL"
        raise UnusableTrust(f"{said_in}: {url} must be https: never in production")
    return trust


def one_issuer(settings: Settings) -> Trust:
    method = "private_key_jwt" if settings.service_key_file else "client_secret_post"
    return Trust(issuers=(TrustedIssuer(
        issuer=settings.issuer_url, jwks_url=settings.jwks_url, jwks_file=settings.jwks_file,
        audiences=(settings.token_audience,)),), service_client=ServiceClient(token_url=settings.token_url, method=method))


def read_trust(path: Path) -> Trust:
    """Raises `UnusableTrust`."""
    try:
        text = path.read_text()
        return Trust.model_validate(json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text))
    except OSError as error:
        raise UnusableTrust(f"TRUSTED_ISSUERS_FILE: {path.name}: {error.strerror}") from None
    except ValidationError as error:
        raise UnusableTrust("; ".join(complaint(path, one) for one in error.errors(include_input=False))) from None
    except ValueError as error:  # not UTF-8, no JSON, no TOML: their words name a line and a column
        raise UnusableTrust(f"TRUSTED_ISSUERS_FILE: {path.name}: {error}") from None


def open_address_of(trust: Trust) -> str | None:
    """The first that is asked without TLS, unless keys or tokens are asked of a name without a dot: that is another
    container of this host."""
    client = trust.service_client
    asked = [*(one.jwks_url for one in trust.issuers), client and client.token_url]
    outside = [url for url in asked if url and is_open(url) and not is_container(url)]
    return next(iter([*(one.issuer for one in trust.issuers if is_open(one.issuer)), *outside]), None)


def is_container(url: str) -> bool:
    return not {".", ":"} & set(urlsplit(url).hostname or "")


def complaint(path: Path, error: Any) -> str:
    where = ".".join(map(str, error["loc"])) or "the whole file"
    return f"TRUSTED_ISSUERS_FILE: {path.name}: {where}: {error['msg'].removeprefix('Value error, ')}"
