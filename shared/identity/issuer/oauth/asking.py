"""From HTTP to Authlib: the form, who asks from where, and one transaction that is committed before the answer leaves."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from sqlmodel import Session
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.http.answers import language_of
from shared.http.edges.rates import whose_address
from shared.identity.issuer.oauth.form import read_form
from shared.identity.issuer.oauth.request import FormRequest, checked
from shared.identity.issuer.oauth.server import Circumstances
from shared.identity.issuer.sessions.actions import Place
from shared.identity.issuer.sessions.rules import coarse, device_of
from shared.reach import EVERYWHERE

T = TypeVar("T")


async def asked_by_form(request: Request) -> FormRequest:
    """Raises `Refused`."""
    return as_asked("POST", await read_form(request), request)


def as_asked(method: str, fields: Sequence[tuple[str, str]], request: Request) -> FormRequest:
    """Raises `Refused`."""
    authorization = request.headers.get("authorization", "")
    return FormRequest(method, checked(fields, authorization), {"Authorization": authorization})


def circumstances(request: Request, device_label: str | None = None) -> Circumstances:
    state, headers = request.app.state, request.headers
    place = Place(device_of(device_label, headers.get("user-agent", "")), coarse(address_of(request)))
    return Circumstances(
        state.clock(), state.settings, state.key_ring.signing, place, language_of(headers.get("accept-language", "")))


def address_of(request: Request) -> str:
    """The gateway writes the last entry, and passes on none that a client claims; nobody else is believed."""
    peer = request.client.host if request.client else ""
    return whose_address(peer, request.headers.get("x-forwarded-for", ""), request.app.state.settings.gateway_networks)


async def within(request: Request, about: Circumstances, ask: Callable[[Session, Circumstances], T]) -> T:
    async with everywhere(request) as tx:
        return await tx.run_sync(ask, about)


@asynccontextmanager
async def everywhere(request: Request) -> AsyncIterator[AsyncSession]:
    """Everybody's rows are within reach: who is signing in has no reach of their own yet, and sessions are of no place."""
    state = request.app.state
    async with state.database.transaction(EVERYWHERE, request=request) as tx:
        yield tx
    if "said" in tx.info:
        state.relay.wake()


async def begin(request: Request) -> AsyncIterator[AsyncSession]:
    async with everywhere(request) as tx:
        yield tx


Everywhere = Annotated[AsyncSession, Depends(begin, scope="function")]
"""For routes whose predicate is the account itself."""
