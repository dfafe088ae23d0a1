"""What a patrol looks at in each place: versioned data. Every item is a kind of hazard when it is not in order."""

from services.volunteer.hazards.kinds import KINDS
from shared.http.problems import Words

CHECKLISTS: dict[str, tuple[str, ...]] = {
    "rental-2026-11": (
        "no_smoke_detector", "no_emergency_light", "no_exit_sign", "no_sprinkler", "no_fire_bell", "no_escape_rope",
        "expired_extinguisher", "stairway_ebike_charging", "unsafe_wiring", "open_flame_cooking",
        "gas_heater_self_installed", "damaged_door_control", "blocked_fire_passage",
    ),
    "courtyard-2026-11": (
        "loose_manhole_cover", "damaged_door_control", "exposed_wiring", "blocked_drain", "stairway_ebike_charging",
        "stairway_clutter", "blocked_fire_passage", "falling_object", "broken_light", "damaged_wall", "dangerous_tree",
        "gas_leak", "expired_extinguisher",
    ),
}


def question(kind: str) -> Words:
    return KINDS[kind].words
