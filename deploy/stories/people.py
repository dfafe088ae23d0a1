"""The people of a story: each a persona of the issuer, speaking HTTP through the gateway like any client."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx

REQUEST_SECONDS = 120
WAIT_SECONDS = 120
LOOK_AGAIN_SECONDS = 0.05
REFRESH_AFTER_SECONDS = 480


class StoryBroken(Exception):
    """The neighbourhood did not answer as the story needs; says who asked for what and what came back."""


class Neighbour:
    """Somebody with an account, e.g. `squad_leader@dungen`."""

    def __init__(self, client: httpx.AsyncClient, persona: str, password: str) -> None:
        self.persona, self._client, self._password = persona, client, password
        self._token, self._signed_in_at = "", float("-inf")

    async def get(self, path: str, **query: Any) -> Any:
        return await self.ask("GET", path, params={key: value for key, value in query.items() if value is not None})

    async def post(self, path: str, body: Any = None, **more: Any) -> Any:
        """With an Idempotency-Key of its own, so that a repeated try after a broken connection does nothing twice."""
        return await self.ask("POST", path, json=body, **more)

    async def refused(self, path: str, body: Any = None) -> dict:
        """A request that the rules of the house do not allow; gives the problem document."""
        answer = await self.send("POST", path, json=body)
        if answer.status_code < 400 or answer.status_code >= 500:
            raise StoryBroken(f"{self.persona} POST {path}: {answer.status_code}, a refusal was expected")
        return answer.json()

    async def ask(self, method: str, path: str, **more: Any) -> Any:
        answer = await self.send(method, path, **more)
        if answer.status_code >= 400:
            raise StoryBroken(f"{self.persona} {method} {path}: {answer.status_code} {answer.text[:600]}")
        return answer.json()

    async def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Tries again while a service is away or restarting, as a client on a bad line would."""
        headers = {"Accept-Language": "zh-CN"} | ({"Idempotency-Key": str(uuid4())} if method == "POST" else {})
        deadline = time.monotonic() + REQUEST_SECONDS
        while True:
            try:
                answer = await self._client.request(method, path, headers=headers | await self._signed(), **more)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code not in (502, 503, 504):
                return answer
            if time.monotonic() > deadline:
                raise StoryBroken(f"{self.persona} {method} {path}: no answer for {REQUEST_SECONDS} s")
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _signed(self) -> dict[str, str]:
        if time.monotonic() - self._signed_in_at > REFRESH_AFTER_SECONDS:
            form = {"grant_type": "password", "username": self.persona, "password": self._password}
            answer = await self._client.post("/identity/v1/token", data=form)
            if answer.status_code in (502, 503, 504):
                raise httpx.ConnectError("the issuer is away")
            if answer.status_code != 200:
                raise StoryBroken(f"{self.persona} cannot sign in: {answer.status_code} {answer.text[:300]}")
            self._token, self._signed_in_at = answer.json()["access_token"], time.monotonic()
        return {"Authorization": f"Bearer {self._token}"}


class People:
    """`people["squad_leader@dungen"]`; everybody shares one HTTP client and, in development, one password."""

    def __init__(self, gateway_url: str, password: str) -> None:
        self._client = httpx.AsyncClient(base_url=gateway_url, timeout=30, trust_env=False)
        self._password = password
        self._known: dict[str, Neighbour] = {}

    def __getitem__(self, persona: str) -> Neighbour:
        if persona not in self._known:
            self._known[persona] = Neighbour(self._client, persona, self._password)
        return self._known[persona]

    async def close(self) -> None:
        await self._client.aclose()


async def eventually(look: Callable[[], Awaitable[Any]], is_so: Callable[[Any], bool], what: str) -> Any:
    """What one service says reaches the next a moment later; waits for that. Raises `StoryBroken`."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_so(seen := await look()):
        if time.monotonic() > deadline:
            raise StoryBroken(f"still waiting after {WAIT_SECONDS} s: {what}")
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
    return seen
