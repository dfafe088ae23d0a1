"""The elder must be somebody the register knows: it is asked over HTTP, and nobody types a name."""

from uuid import UUID

from services.eldercare.home_safety.models import HomeSafetyCheckIn
from shared.http.peers import Peers
from shared.http.problems import NotFound, invalid


async def household_of(peers: Peers, body: HomeSafetyCheckIn) -> UUID | None:
    """Where the elder lives. Raises `Invalid` for a stranger, `Unavailable` when the register cannot be asked."""
    stranger = invalid("body.resident_id", "本社区登记中没有此人", "Not in the register of this community")
    try:
        resident = await peers.get("resources", f"/v1/residents/{body.resident_id}")
    except NotFound:
        raise stranger from None
    if resident["community"] != body.community:
        raise stranger
    return UUID(resident["household_id"]) if resident.get("household_id") else None
