"""The eight rooms of story 1 and what their six homes lack, as the neighbourhood association's own list had it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Room:
    """A room without a smoke detector, and everything its home lacks."""

    house: str
    door: str
    items: dict[str, int]


TOLD_OF = Room("CZW002", "502", {"smoke_detector": 1, "emergency_light": 3, "exit_sign": 2, "sprinkler_head": 2,
                                 "fire_bell": 2, "escape_rope": 2})
ON_THE_ROUND = (
    Room("CZW002", "303", {"smoke_detector": 1}),
    Room("CZW024", "201", {"smoke_detector": 4, "emergency_light": 1, "sprinkler_head": 2, "fire_bell": 2,
                           "escape_rope": 3}),
    Room("CZW006", "401", {"smoke_detector": 2, "emergency_light": 5, "exit_sign": 2, "sprinkler_head": 5,
                           "fire_bell": 2, "escape_rope": 1}),
    Room("CZW034", "304", {"smoke_detector": 1, "exit_sign": 3, "sprinkler_head": 2, "fire_bell": 1}),
    Room("CZW027", "102", {"smoke_detector": 3, "emergency_light": 3, "sprinkler_head": 1, "fire_bell": 2,
                           "escape_rope": 2}),
    Room("CZW011", "501", {"smoke_detector": 1, "emergency_light": 2, "sprinkler_head": 2, "fire_bell": 2,
                           "escape_rope": 3}),
)
AT_THE_ELDERS = Room("CZW011", "101", {"smoke_detector": 1, "emergency_light": 1})
ROOMS = 2 + len(ON_THE_ROUND)

IN_THE_CUPBOARD = (  # item, units, days until it expires
    ("smoke_detector", 6, 400), ("smoke_detector", 10, 3000), ("emergency_light", 20, 1500), ("exit_sign", 4, None),
    ("sprinkler_head", 20, None), ("fire_bell", 20, None), ("escape_rope", 20, 1800),
)
