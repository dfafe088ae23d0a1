"""When a squad is ready."""

from services.volunteer.squads.models import SquadState


def state_of(strength: int, minimum_strength: int) -> SquadState:
    if strength == 0:
        return "forming"
    return "ready" if strength >= minimum_strength else "under_strength"
