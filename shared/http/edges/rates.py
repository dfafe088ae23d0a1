"""Rate limits: each person has a budget by their token, wherever they are; who shows no valid token, each address.

So nobody can use up what a person may ask by asking without their token. Our own services are not limited: what they
ask for is limited where it began. `GET /readyz`, the docs and the keys of the issuer are free.
"""

import ipaddress
import math
import time
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.answers import problem_response
from shared.http.edges.budget import WINDOW_SECONDS, Budget, Verdict
from shared.http.problems import Problem, Words
from shared.identity.caller import Caller
from shared.identity.verifier import Verifier
from shared.settings import EdgeSettings

LIMITED = "/v1/"
NETWORK_OF_ONE = 64
"""Bits of an IPv6 address that say whose it is; the others they choose themselves."""


class TooManyRequests(Problem):
    status, slug, title = 429, "too-many-requests", Words("请求太频繁，请稍后再试", "Too many requests, try again later")

    def __init__(self, whose: str, most: int, seconds: float) -> None:
        super().__init__(of=whose, requests=most, seconds=WINDOW_SECONDS)
        self.headers = {"Retry-After": str(max(1, math.ceil(seconds)))}


class Rates:
    """Inside of what records requests, so that refusals are counted; before a body is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._settings: EdgeSettings | None = None

    def _open(self, settings: EdgeSettings) -> None:
        """The settings are read when the application starts, and this was put around it before."""
        self._settings = settings
        self._budgets = {"person": Budget(settings.requests_per_minute_of_a_person),
                         "address": Budget(settings.requests_per_minute_of_an_address)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(LIMITED):
            await self._app(scope, receive, send)
            return
        state = scope["app"].state
        if state.settings is not self._settings:
            self._open(state.settings)
        headers = {name: value for name, value in scope["headers"] if name in HEADERS}
        caller = await caller_of(state.verifier, headers.get(b"authorization", b"").decode("latin-1"))
        if caller is not None and is_ours(caller):
            await self._app(scope, receive, send)
            return
        whose = "person" if caller else "address"
        budget = self._budgets[whose]
        verdict = budget.take(caller.subject if caller else self._address(scope, headers), time.monotonic())
        telling = with_headers(send, whose, budget.most, verdict)
        if verdict.allowed:
            await self._app(scope, receive, telling)
            return
        refusal = TooManyRequests(whose, budget.most, verdict.seconds)
        await problem_response(refusal, headers.get(b"accept-language", b"").decode("latin-1"))(scope, receive, telling)

    def _address(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        peer = scope["client"][0] if scope.get("client") else ""
        forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1")
        return whose_address(peer, forwarded, self._settings.gateway_networks)


HEADERS = frozenset({b"authorization", b"accept-language", b"x-forwarded-for"})


async def caller_of(verifier: Verifier, authorization: str) -> Caller | None:
    """A token seen just now costs a look into a dictionary, here and in the route's dependencies."""
    scheme, _, token = authorization.partition(" ")
    return await verifier.caller_if_any(token.strip()) if scheme.lower() == "bearer" else None


def is_ours(caller: Caller) -> bool:
    return any(grant.role == "service" for grant in caller.grants)


@lru_cache(10_000)
def whose_address(peer: str, forwarded: str, gateways: tuple) -> str:
    """What the gateway says of its client, and nobody else's word: it puts one address, having removed the others'."""
    try:
        if any(ipaddress.ip_address(peer) in network for network in gateways):
            peer = str(ipaddress.ip_address(forwarded.rpartition(",")[2].strip()))
        return network_of(ipaddress.ip_address(peer))
    except ValueError:
        return peer


def network_of(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    if address.version == 6 and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, NETWORK_OF_ONE), strict=False))
    return str(address)


def with_headers(send: Send, whose: str, most: int, verdict: Verdict) -> Send:
    """As draft-ietf-httpapi-ratelimit-headers writes them."""
    told = (
        (b"ratelimit-policy", f'"{whose}";q={most};w={WINDOW_SECONDS}'.encode()),
        (b"ratelimit", f'"{whose}";r={verdict.remaining};t={math.ceil(verdict.seconds)}'.encode()),
    )

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *told]
        await send(message)

    return send_with_headers
