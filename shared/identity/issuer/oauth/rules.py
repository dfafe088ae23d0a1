"""What a client must be to be registered, and which ones are our own."""

import ipaddress
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from shared.http.problems import Invalid, invalid
from shared.identity.issuer.oauth.models import DEVICE_CODE, PHONE_CODE, WECHAT_CODE, ClientIn

LONGEST_REDIRECT_URI = 400
SMALLEST_RSA = 2048
MOST_KEYS = 10


class FirstParty(NamedTuple):
    """A client of Linli's own, known from the first start. Nobody is asked for consent: it is the same house."""

    id: str
    label: str
    grant_types: tuple[str, ...]
    keeps_refresh_in: str


WEB = FirstParty("linli-web", "邻里网页 Linli on the web", ("authorization_code", "refresh_token"), "cookie")
MOBILE = FirstParty("linli-mobile", "邻里手机应用 Linli on a phone",
                    ("authorization_code", "refresh_token", PHONE_CODE, WECHAT_CODE), "body")
SCREEN = FirstParty("linli-screen", "社区大屏 Community screen", (DEVICE_CODE, "refresh_token"), "body")


class Kind(NamedTuple):
    auth_method: str
    grant_types: tuple[str, ...]


INTEGRATOR_WITH_KEYS = Kind("private_key_jwt", ("client_credentials",))
INTEGRATOR_WITH_SECRET = Kind("client_secret_basic", ("client_credentials",))
PEOPLE_S_APPLICATION = Kind("none", ("authorization_code", "refresh_token"))


def kind_of(asked: ClientIn) -> Kind:
    """Raises `Invalid`."""
    if bool(asked.communities) == bool(asked.redirect_uris):
        raise invalid("communities", "集成方要写 communities，面向人的应用要写 redirect_uris，二者选一",
                      "Give communities for an integrator, or redirect_uris for an application of people, not both")
    if asked.redirect_uris:
        if asked.jwks is not None:
            raise invalid("jwks", "面向人的应用没有自己的密钥", "An application of people has no keys of its own")
        for uri in asked.redirect_uris:
            check_redirect_uri(uri)
        return PEOPLE_S_APPLICATION
    if asked.jwks is None:
        return INTEGRATOR_WITH_SECRET
    check_keys(asked.jwks)
    return INTEGRATOR_WITH_KEYS


def check_redirect_uri(uri: str) -> None:
    """https, http on loopback, or an application's own scheme (RFC 8252 §7.1). Raises `Invalid`."""
    if not may_be_redirected_to(uri):
        raise invalid("redirect_uris", "要用 https 地址、本机 http 地址或应用自己的反向域名 scheme，且没有 # 部分",
                      "Must be https, http on loopback, or a reverse-domain scheme of the app, without a fragment")


def may_be_redirected_to(uri: str) -> bool:
    if len(uri) > LONGEST_REDIRECT_URI or not uri.isascii() or not uri.isprintable() or " " in uri:
        return False
    try:
        parts = urlsplit(uri)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.fragment or uri.endswith("#") or "@" in parts.netloc or any(sign in uri for sign in "\"'<>;,\\"):
        return False
    if parts.scheme == "https":
        return bool(host)
    if parts.scheme == "http":
        return is_loopback(host)
    return "." in parts.scheme and bool(parts.path)


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_keys(jwks: dict[str, Any]) -> None:
    """Public keys for ES256 or RS256/PS256, each with a `kid` if there are several. Raises `Invalid`."""
    try:
        keys = KeySet.import_key_set({"keys": jwks["keys"]}).keys
        usable = 0 < len(keys) <= MOST_KEYS and all(map(is_usable, keys)) and named(jwks["keys"])
    except (JoseError, ValueError, TypeError, LookupError, AttributeError):
        usable = False
    if not usable:
        raise unusable_keys()


def unusable_keys() -> Invalid:
    return invalid("jwks", "要用 1 至 10 个公钥：P-256，或不少于 2048 位的 RSA；多于一个时各有 kid",
                   "Must be 1 to 10 public keys: P-256, or RSA of 2048 bits or more; each with a kid if several")


def is_usable(key: Any) -> bool:
    if key.is_private:
        return False
    if isinstance(key, ECKey):
        return key.curve_name == "P-256"
    return isinstance(key, RSAKey) and key.raw_value.key_size >= SMALLEST_RSA


def named(keys: Sequence[dict[str, Any]]) -> bool:
    names = [key.get("kid") for key in keys]
    return len(names) == 1 or (all(names) and len(set(names)) == len(names))
