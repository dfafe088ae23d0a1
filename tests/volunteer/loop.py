"""What the tests of hazards do again and again: callers, a hazard on its way, and the events that others say of it."""

from typing import Any
from uuid import UUID, uuid4

from shared.events import Payload
from shared.testing import TestService, bearer

COMMUNITY = "dungen"
LEADER = bearer(f"squad_leader@{COMMUNITY}", subject="leader")
FIXER = bearer(f"volunteer@{COMMUNITY}", subject="fixer")
WORKER = bearer(f"social_worker@{COMMUNITY}", subject="worker")
OTHER = bearer(f"volunteer@{COMMUNITY}", subject="other")
STRANGER = bearer("squad_leader@yingui", subject="stranger")

DETECTOR = {"community": COMMUNITY, "kind": "no_smoke_detector"}


async def post(service: TestService, path: str, body: Any = None, who: dict = LEADER, expect: int | None = None) -> Any:
    """Gives the body, after checking the status (default: any success)."""
    answer = await service.post(path, who, body)
    good = answer.status_code < 300 if expect is None else answer.status_code == expect
    assert good, f"{path}: {answer.status_code} {answer.text}"
    return answer.json()


async def get(service: TestService, path: str, who: dict = LEADER) -> Any:
    answer = await service.get(path, who)
    assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
    return answer.json()


def types(rows: list[Any]) -> list[str]:
    """`hazard.reported`, `hazard.verified` …, in the order they were said."""
    return [".".join(row.type.split(".")[1:3]) for row in rows]


class Loop:
    """A hazard, and what resources says of it: each event newer than the one before."""

    def __init__(self, service: TestService, hazard: dict) -> None:
        self.service, self.id, self.correlation_id = service, hazard["id"], UUID(hazard["correlation_id"])
        self.path, self.sequence = f"/v1/hazards/{self.id}", 0

    async def step(self, name: str, body: Any = None, who: dict = LEADER, expect: int | None = None) -> Any:
        return await post(self.service, f"{self.path}/{name}", body, who, expect)

    async def seen(self) -> dict:
        return await get(self.service, self.path)

    async def hears(self, payload: type[Payload], event_id: UUID | None = None, **facts: Any) -> UUID:
        """Said of this hazard, in its loop; gives the event's id."""
        self.sequence += 1
        event_id = event_id or uuid4()
        await self.service.hear(
            payload(hazard_id=self.id, **facts), id=event_id, sequence=self.sequence, community=COMMUNITY,
            correlationid=self.correlation_id)
        return event_id


async def begun(service: TestService, **more: Any) -> Loop:
    """A reported hazard."""
    return Loop(service, await post(service, "/v1/hazards", DETECTOR | more, FIXER))


async def verified(service: TestService, **more: Any) -> Loop:
    loop = await begun(service, **more)
    await loop.step("verify", {})
    return loop
