"""What is looked at in an elder's home, room by room: versioned data.

Source `secondary`: groups of items named in two published lists of home hazards for older people (a text of 2021 on
wxredian.com; stopfallsathome.com.au), read in secondary material, not compared with a standard.
Source `own`: added by Linli. Severities, and which room asks what, are Linli's own throughout.
Kinds of hazard are the volunteer service's words where it has one; the others are kinds of their own.
"""

from typing import Literal, NamedTuple

from shared.http.problems import Words

Source = Literal["secondary", "own"]


class Item(NamedTuple):
    """`kinds`: what may be wrong with it, the usual one first, each with its usual severity."""

    words: Words
    kinds: dict[str, int]
    source: Source


class Checklist(NamedTuple):
    rooms: dict[str, tuple[str, ...]]
    items: dict[str, Item]


ROOMS: dict[str, Words] = {
    "kitchen": Words("厨房", "Kitchen"),
    "living_room": Words("客厅", "Living room"),
    "bedroom": Words("卧室", "Bedroom"),
    "bathroom": Words("卫生间", "Bathroom"),
    "stairs_entrance": Words("楼梯与门口", "Stairs and entrance"),
    "balcony": Words("阳台", "Balcony"),
}

ITEMS: dict[str, Item] = {
    "floor": Item(Words("地面不湿滑、平整", "The floor is dry and even"),
                  {"slippery_floor": 2, "uneven_floor": 2}, "secondary"),
    "mats": Item(Words("地垫固定不卷边", "Mats lie flat and do not slide"), {"loose_mat": 2}, "secondary"),
    "walkway": Item(Words("过道没有杂物和电线", "Nothing lies in the way"), {"blocked_walkway": 2}, "own"),
    "lighting": Item(Words("光线够亮", "The light is bright enough"), {"broken_light": 2, "dim_light": 2}, "secondary"),
    "switch_reach": Item(Words("开关伸手可及", "The switch is within reach"), {"switch_out_of_reach": 1}, "secondary"),
    "toilet_handrail": Item(Words("马桶旁有扶手", "A handrail beside the toilet"), {"missing_handrail": 3}, "secondary"),
    "shower_handrail": Item(Words("淋浴处有扶手", "A handrail in the shower"), {"missing_handrail": 3}, "secondary"),
    "bed_handrail": Item(Words("床边有扶手", "A handrail at the bed"), {"missing_handrail": 2}, "secondary"),
    "stairs_handrail": Item(Words("楼梯有扶手", "A handrail on the stairs"), {"missing_handrail": 3}, "secondary"),
    "furniture": Item(Words("家具稳固、没有尖角", "Furniture stands firm, without sharp corners"),
                      {"unstable_furniture": 2, "sharp_corner": 1}, "secondary"),
    "storage_height": Item(Words("常用物品不用攀高", "What is used daily needs no climbing"),
                           {"storage_too_high": 2}, "secondary"),
    "gas": Item(Words("燃气和热水器安全", "Gas and water heater are safe"),
                {"gas_leak": 4, "gas_heater_self_installed": 4, "gas_hose_aged": 3}, "secondary"),
    "electric": Item(Words("电线插座安全", "Wires and sockets are safe"),
                     {"exposed_wiring": 3, "unsafe_wiring": 3}, "secondary"),
    "smoke_detector": Item(Words("装有烟感", "There is a smoke detector"), {"no_smoke_detector": 3}, "own"),
    "escape_route": Item(Words("门口通道可以逃生", "The way out is free"),
                         {"stairway_clutter": 2, "blocked_fire_passage": 4}, "own"),
    "things_above": Item(Words("没有可能坠落的东西", "Nothing can fall down"), {"falling_object": 3}, "own"),
}

VERSION = "home-2026-11"

CHECKLISTS: dict[str, Checklist] = {
    VERSION: Checklist(items=ITEMS, rooms={
        "kitchen": ("floor", "mats", "lighting", "switch_reach", "storage_height", "gas", "electric", "smoke_detector"),
        "living_room": ("floor", "mats", "walkway", "lighting", "switch_reach", "furniture", "electric",
                        "smoke_detector"),
        "bedroom": ("floor", "mats", "walkway", "lighting", "switch_reach", "bed_handrail", "furniture",
                    "storage_height", "electric", "smoke_detector"),
        "bathroom": ("floor", "mats", "lighting", "switch_reach", "toilet_handrail", "shower_handrail", "gas",
                     "electric"),
        "stairs_entrance": ("floor", "walkway", "lighting", "switch_reach", "stairs_handrail", "escape_route"),
        "balcony": ("floor", "lighting", "storage_height", "electric", "things_above"),
    }),
}
