"""The kinds of hazard a squad looks for, with what usually mends each: data, versioned, a proposal to the verifier.

Source of the list: patrol notebooks and fire-safety meetings of the first communities (2022); a starting point,
not a standard.
"""

from typing import NamedTuple

from shared.events.volunteer import RequiredItem
from shared.http.problems import Words

VERSION = "2026-11"


class HazardKind(NamedTuple):
    words: Words
    severity: int
    remedy: tuple[RequiredItem, ...] = ()
    licence: str | None = None


def of(item: str, quantity: int = 1) -> RequiredItem:
    return RequiredItem(item=item, quantity=quantity)


KINDS: dict[str, HazardKind] = {
    "no_smoke_detector": HazardKind(Words("无烟感", "No smoke detector"), 3, (of("smoke_detector"),), "electrician"),
    "no_emergency_light": HazardKind(Words("无应急灯", "No emergency light"), 2, (of("emergency_light"),), "electrician"),
    "no_exit_sign": HazardKind(Words("无逃生指示牌", "No exit sign"), 2, (of("exit_sign"),)),
    "no_sprinkler": HazardKind(Words("无喷淋头", "No sprinkler head"), 3, (of("sprinkler_head"),), "electrician"),
    "no_fire_bell": HazardKind(Words("无消防铃", "No fire bell"), 2, (of("fire_bell"),), "electrician"),
    "no_escape_rope": HazardKind(Words("无逃生绳", "No escape rope"), 2, (of("escape_rope"),)),
    "expired_extinguisher": HazardKind(Words("灭火器过期", "Fire extinguisher out of date"), 2, (of("fire_extinguisher"),)),
    "no_extinguisher": HazardKind(Words("无灭火器", "No fire extinguisher"), 2, (of("fire_extinguisher"),)),
    "exposed_wiring": HazardKind(Words("线路裸露", "Exposed wiring"), 3, (), "electrician"),
    "unsafe_wiring": HazardKind(Words("电线私拉", "Wires strung privately"), 3, (), "electrician"),
    "stairway_ebike_charging": HazardKind(Words("楼道电动车充电", "E-bike charging in a stairway"), 4),
    "blocked_fire_passage": HazardKind(Words("消防通道堵塞", "Fire passage blocked"), 4),
    "stairway_clutter": HazardKind(Words("楼道堆物", "Things piled up in a stairway"), 2),
    "open_flame_cooking": HazardKind(Words("明火煮食", "Cooking on an open flame"), 3),
    "gas_heater_self_installed": HazardKind(Words("私装燃气热水器", "Gas heater installed privately"), 4, (), "gas_fitter"),
    "gas_leak": HazardKind(Words("燃气泄漏", "Gas leak"), 4, (), "gas_fitter"),
    "damaged_door_control": HazardKind(Words("门禁损坏", "Door control broken"), 1),
    "loose_manhole_cover": HazardKind(Words("井盖松动", "Loose manhole cover"), 3),
    "blocked_drain": HazardKind(Words("下水道堵塞积水", "Blocked drain, standing water"), 2),
    "falling_object": HazardKind(Words("高空坠物风险", "Something may fall from above"), 3),
    "broken_light": HazardKind(Words("照明损坏", "Light broken"), 1),
    "damaged_wall": HazardKind(Words("墙体或路面损坏", "Wall or pavement damaged"), 2),
    "dangerous_tree": HazardKind(Words("树木倾倒风险", "Tree may fall"), 2),
    "slippery_floor": HazardKind(Words("地面湿滑", "Slippery floor"), 2, (of("non_slip_mat"),)),
    "missing_handrail": HazardKind(Words("缺少扶手", "No handrail"), 2, (of("handrail"),)),
    "no_escape_exit": HazardKind(Words("无逃生出口", "No way out in a fire"), 4),
    "uneven_floor": HazardKind(Words("地面不平", "Uneven floor"), 2),
    "loose_mat": HazardKind(Words("地垫易滑", "Loose mat"), 2, (of("non_slip_mat"),)),
    "blocked_walkway": HazardKind(Words("过道堆物", "Blocked walkway"), 2),
    "dim_light": HazardKind(Words("光线不足", "Dim light"), 2),
    "switch_out_of_reach": HazardKind(Words("开关够不着", "Switch out of reach"), 1, (), "electrician"),
    "unstable_furniture": HazardKind(Words("家具不稳", "Unstable furniture"), 2),
    "sharp_corner": HazardKind(Words("尖锐边角", "Sharp corner"), 1),
    "storage_too_high": HazardKind(Words("储物过高", "Things stored too high"), 1),
    "gas_hose_aged": HazardKind(Words("燃气软管老化", "Aged gas hose"), 3, (), "gas_fitter"),
    "other": HazardKind(Words("其他", "Other"), 2),
}


def kind_of(code: str) -> HazardKind:
    """An unknown word of the open vocabulary is treated as `other`; its code is kept with the hazard."""
    return KINDS.get(code, KINDS["other"])
