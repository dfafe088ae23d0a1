"""Calls to the other services, with a service token, for what events may not carry."""

from typing import Any

from shared import trace
from shared.http.outgoing import Answer, NotReached, Outgoing
from shared.http.problems import NotAllowed, NotFound, Unavailable
from shared.http.service_token import ServiceToken
from shared.identity.trust.issuers import Trust
from shared.logs import log, what_failed
from shared.settings import SERVICES, Settings

MOST_BYTES = 32 * 2**20
"""Of one of our own: the directory of a large community's places has some megabytes."""


def traced() -> dict[str, str]:
    traceparent = trace.current_traceparent.get()
    return {"traceparent": traceparent} if traceparent else {}


class Peers:
    def __init__(self, settings: Settings, trust: Trust) -> None:
        urls = {service: getattr(settings, f"{service}_url") for service in SERVICES}
        self._peers = {service: Outgoing(url, most_bytes=MOST_BYTES) for service, url in urls.items() if url}
        self._token = ServiceToken(settings, trust)

    async def get(self, service: str, path: str) -> Any:
        """Raises `NotFound` when the other service knows no such thing, `NotAllowed` when it refuses, e.g. because the
        person asked that nobody uses their data, `Unavailable` when it cannot be asked."""
        peer = self._peers.get(service)
        if peer is None:
            raise Unavailable(service=service)
        try:
            answer = await peer.get(
                path, headers={"Authorization": f"Bearer {await self._token.current()}"} | traced())
            if answer.status == 404:
                raise NotFound(service=service)
            if answer.status == 403:
                raise NotAllowed(service=service)
            return told(answer)
        except NotReached as error:
            log.warning("peer.away", peer=service, why=error.why, **what_failed(error))
            raise Unavailable(service=service) from None

    async def close(self) -> None:
        for one in (*self._peers.values(), self._token):
            await one.close()


def told(answer: Answer) -> Any:
    """Raises `NotReached` unless it was asked well and answered well."""
    if answer.status != 200:
        raise NotReached(f"status_{answer.status}")
    return answer.json()
