"""What patrols write → the word of the hazard vocabulary. The first pattern that fits a piece of text wins."""

import re
from functools import lru_cache

from services.volunteer.imports.hazard_pieces import IN_ORDER, pieces_of
from shared.spreadsheets.cells import compact

OTHER = "other"

WORDS: tuple[tuple[str, str], ...] = (
    (
        "no_smoke_detector",
        r"(?:无|没|未|缺|少|损坏|失效|坏|不响).{0,4}(?:烟感|烟雾|感烟)|(?:烟感|烟雾报警|感烟).{0,6}(?:无|没|未"
        r"|缺|坏|失效|不响|拆)|^(?:烟感|烟感器)$",
    ),
    (
        "no_emergency_light",
        r"(?:无|没|未|缺|少|坏).{0,4}应急(?:灯|照明)|应急(?:灯|照明).{0,6}(?:无|没|未|缺|不亮|坏|失效)",
    ),
    (
        "no_exit_sign",
        r"(?:无|没|未|缺|少|坏).{0,4}(?:指示牌|安全出口|疏散标|逃生标|疏散指示)|(?:指示牌|安全出口标|疏散标"
        r"|疏散指示).{0,6}(?:无|没|未|缺|不亮|坏|脱落)",
    ),
    ("no_sprinkler", r"(?:无|没|未|缺|少).{0,4}(?:喷淋|喷头|消防水盘)|(?:喷淋|喷头).{0,6}(?:无|没|未|缺|坏|失效|漏)"),
    ("no_fire_bell", r"(?:无|没|未|缺|少).{0,4}(?:消防铃|警铃)|(?:消防铃|警铃).{0,6}(?:无|没|未|缺|坏|不响)"),
    ("no_escape_rope", r"(?:无|没|未|缺|少).{0,4}(?:逃生绳|缓降|逃生通道绳)"),
    ("expired_extinguisher", r"灭火器?.{0,8}(?:过期|失效|到期|压力不足|欠压|没气|失压|超期)|(?:过期|失效).{0,4}灭火器"),
    ("no_extinguisher", r"(?:无|没|未|缺|少).{0,6}灭火器|灭火器.{0,6}(?:无|没|未|缺|丢失|不足|损坏)"),
    (
        "stairway_ebike_charging",
        r"(?:电动车|电瓶车|电单车|电瓶|电池).{0,10}(?:充电|进楼|上楼|停放|入户|进户|推进)|飞线充电|(?:楼道|楼梯"
        r"|屋内|室内|入户).{0,6}(?:充电|电动车|电瓶)",
    ),
    (
        "unsafe_wiring",
        r"(?:电线|线路|电路|电).{0,4}(?:私拉|乱拉|乱接|私接)|(?:私拉|乱拉|乱接|私接).{0,4}(?:电线|线路|电|乱接)"
        r"|插线板|超负荷|飞线",
    ),
    (
        "exposed_wiring",
        r"(?:线路|电线|电缆|线缆|电路|公共线).{0,6}(?:裸露|外露|老化|破损|破皮|下垂|凌乱|脱落)|(?:裸露|老化"
        r"|破损).{0,4}(?:电线|线路|电缆)|漏电|配电箱",
    ),
    (
        "blocked_fire_passage",
        r"(?:消防|疏散|逃生|安全|生命).{0,4}通道.{0,8}(?:堵|占|停|杂物|不畅|锁|封)|(?:占用|堵塞|堵占|封堵"
        r"|锁闭).{0,6}(?:消防|疏散|逃生|安全|通道)|(?:安全|消防)(?:出口|门).{0,4}(?:锁|堵|封)|防盗网|防盗窗",
    ),
    (
        "stairway_clutter",
        r"(?:楼道|楼梯|走廊|过道|公共区域|架空层|楼梯间|天台).{0,8}(?:堆|杂物|放置)|堆(?:放|物|积).{0,6}|杂物",
    ),
    (
        "gas_leak",
        r"(?:燃气|煤气|天然气|液化气).{0,4}(?:泄漏|泄露|漏气)|(?:燃气|煤气|天然气|液化气|瓦斯)的?(?:臭|异|怪|气)?味"
        r"|(?:闻到|嗅到|弥漫).{0,4}(?:燃气|煤气|天然气|液化气|瓦斯)",
    ),
    (
        "gas_heater_self_installed",
        r"(?:私装|私自安装|违规安装|自装).{0,6}(?:燃气|热水器)|(?:燃气)?热水器.{0,6}(?:私装|违规|直排|未外排|装在)",
    ),
    ("gas_hose_aged", r"(?:燃气|煤气|液化气).{0,4}(?:软管|胶管|管道|管).{0,6}(?:老化|破损|过长|过期|锈)|软管老化"),
    ("open_flame_cooking", r"明火|煤炉|煤气罐|液化气(?:罐|瓶)|瓶装气|房间.{0,4}(?:煮|做饭|炒菜)|违规用(?:火|气)"),
    (
        "damaged_door_control",
        r"(?:门禁|单元门|大门|防盗门|门锁|电子门).{0,6}(?:损坏|坏|失效|失灵|不能|无法|关不|脱落|故障|敞开)",
    ),
    (
        "loose_manhole_cover",
        r"(?:井盖|窨井|沙井盖|雨水篦|水篦).{0,6}(?:松|破|缺|翘|移位|损|丢|异响|塌|沉)|(?:无|缺).{0,2}井盖",
    ),
    ("blocked_drain", r"(?:下水|排水|污水|化粪|管道|雨水|沟).{0,8}(?:堵|积水|溢|漫|不畅|破裂|漏)|积水|内涝|反水"),
    (
        "falling_object",
        r"(?:墙皮|墙砖|瓷砖|外墙|墙面|雨棚|遮阳|空调|外机|花盆|玻璃|广告牌|窗户|招牌|屋檐|瓦片).{0,8}(?:脱落"
        r"|掉落|坠落|松动|悬挂|摇晃|破损|剥落|空鼓|坠)|高空(?:坠|抛)物|坠物",
    ),
    (
        "broken_light",
        r"(?:路灯|楼道灯|照明|声控灯|感应灯|灯).{0,6}(?:不亮|坏|损坏|故障|缺|昏暗|不灵)|(?:无|没有"
        r"|缺).{0,3}(?:路灯|照明)",
    ),
    (
        "damaged_wall",
        r"(?:围墙|墙体|墙|路面|地面|台阶|步道|地砖|护栏|栏杆).{0,8}(?:破损|开裂|裂缝|倾斜|倒塌|塌陷|坑|松动|损坏"
        r"|断裂|凹陷)",
    ),
    ("dangerous_tree", r"(?:树|枝).{0,6}(?:倾|倒|断|枯|遮|压)|危树"),
    ("slippery_floor", r"(?:地面|地板|台阶|坡道|路面).{0,4}(?:湿滑|打滑|结冰|青苔|油污)|防滑"),
    ("missing_handrail", r"(?:无|没|缺|少).{0,3}扶手|扶手.{0,4}(?:松|坏|断|缺|损)"),
    ("no_escape_exit", r"(?:无|没|缺|只有一个|仅一个).{0,4}(?:第二|逃生|安全)(?:出口|通道|窗)"),
)

COMPILED = tuple((code, re.compile(pattern)) for code, pattern in WORDS)


@lru_cache(maxsize=4096)
def hazard_kind(written: str) -> str:
    """The vocabulary's word for one hazard, `other` when none fits."""
    packed = compact(written)
    return next((code for code, pattern in COMPILED if pattern.search(packed)), OTHER)


def split_hazards(written: str) -> tuple[tuple[str, str], ...]:
    """无烟感、灭火器过期 → both, as (kind, text). A cell that only reads as a whole stays whole.

    What a cell says to be in order is no hazard: of 一切正常 nothing is left.
    """
    pieces = pieces_of(written, lambda piece: hazard_kind(piece) != OTHER)
    kinds = [(hazard_kind(piece), piece) for piece in pieces if not IN_ORDER.search(compact(piece))]
    if not kinds:
        return ()
    known = [pair for pair in kinds if pair[0] != OTHER]
    if len(kinds) < len(pieces):
        return unique(kinds)
    if len(pieces) > 1 and not known:
        return ((hazard_kind(written), written.strip()),)
    if len(known) == 1 and len(pieces) > 1 and not all(len(piece) >= 3 for _, piece in kinds):
        return ((known[0][0], written.strip()),)
    return unique(kinds)


def unique(kinds: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Every kind once, with its first text; of the others every text."""
    first: dict[str, tuple[str, str]] = {}
    for kind, piece in kinds:
        first.setdefault(piece if kind == OTHER else kind, (kind, piece))
    return tuple(first.values())
