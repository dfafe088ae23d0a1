"""One attempt to sign in: from where, when, and with what of the issuer it is judged."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from fastapi import Request
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.identity.issuer.oauth.asking import address_of
from shared.identity.issuer.sign_in import throttle
from shared.identity.issuer.sign_in.limits import Kind
from shared.reach import EVERYWHERE


@dataclass(frozen=True)
class Attempt:
    """`network` and `who` are keyed digests; `who` is empty until somebody has said whom they mean."""

    request: Request
    now: datetime
    network: str
    who: str = ""

    @classmethod
    def of(cls, request: Request) -> Self:
        network = request.app.state.vault.index.digest("sign_in_tally.network", address_of(request))
        return cls(request, request.app.state.clock(), network)

    @property
    def state(self) -> Any:
        return self.request.app.state

    def digest(self, field: str, value: str) -> str:
        return self.state.vault.index.digest(field, value)

    def meaning(self, field: str, value: str) -> Self:
        return replace(self, who=self.digest(field, value))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Everybody's rows are within reach: who is signing in has no reach of their own yet."""
        async with self.state.database.transaction(EVERYWHERE, request=self.request) as tx:
            yield tx

    async def count(self, kind: Kind) -> None:
        """Before anything is looked at, so that a hundred at once are a hundred tries. Raises `TooManyTries`."""
        async with self.transaction() as tx:
            await throttle.count(tx, kind, self.who, self.network, self.now)

    async def succeeded(self, tx: AsyncSession) -> None:
        await throttle.forgive(tx, self.who, self.network, self.now)
