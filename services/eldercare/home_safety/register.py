"""The elder and the place must be of the community's register: it is asked over HTTP, and nobody types a name."""

from typing import Any
from uuid import UUID

from services.eldercare.home_safety.models import HomeSafetyCheckIn
from shared.http.peers import Peers
from shared.http.problems import Invalid, NotFound, invalid


PURPOSE_OF_BASIS = {"emergency": "emergency", "statutory_duty": "legal_duty"}
"""What is asked for when the person asked that nobody uses their data; for any other basis the register then refuses."""


async def home_of(peers: Peers, body: HomeSafetyCheckIn) -> UUID | None:
    """The place that was named, or where the elder lives. Raises `Invalid` for an elder or a place that is not of this
    community, `Unavailable` when the register cannot be asked."""
    purpose = PURPOSE_OF_BASIS.get(body.basis or "", "home_safety_check")
    stranger = invalid("body.resident_id", "本社区登记中没有此人", "Not in the register of this community")
    resident = await ours(peers, f"/v1/residents/{body.resident_id}?purpose={purpose}", body.community, stranger)
    if body.place_id is not None:
        elsewhere = invalid("body.place_id", "本社区登记中没有此地点", "Not a place of this community")
        await ours(peers, f"/v1/places/{body.place_id}", body.community, elsewhere)
        return body.place_id
    return UUID(resident["household_id"]) if resident.get("household_id") else None


async def ours(peers: Peers, path: str, community: str, otherwise: Invalid) -> dict[str, Any]:
    try:
        known = await peers.get("resources", path)
    except NotFound:
        raise otherwise from None
    if known["community"] != community:
        raise otherwise
    return known
