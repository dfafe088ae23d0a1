"""What patrols, volunteers and stock keepers write, and the words of the platform it stands for."""

from datetime import date

import pytest

from services.resources.imports.items import CATALOGUE, item_code
from services.resources.imports.places import community_key
from services.resources.imports.stock import find_community, short_names
from services.volunteer.hazards.kinds import KINDS
from services.volunteer.imports.hazard_kinds import OTHER, WORDS, hazard_kind, split_hazards
from services.volunteer.imports.volunteers import qualifications, role_of


@pytest.mark.parametrize(("kind", "written"), [
    ("no_smoke_detector", "无烟感 烟感损坏 没装烟雾报警器 烟感失效 未安装烟感"),
    ("expired_extinguisher", "灭火器过期 灭火器压力不足 灭火器失效 灭火器已过期"),
    ("no_extinguisher", "无灭火器 灭火器缺失 未配备灭火器"),
    ("no_emergency_light", "无应急灯 没有应急灯 应急灯不亮"),
    ("no_exit_sign", "无逃生指示牌 缺少安全出口指示牌"),
    ("exposed_wiring", "公共线路裸露 电线老化 线路外露"),
    ("unsafe_wiring", "电线私拉 私拉电线 电线私拉乱接 电线乱拉"),
    ("stairway_ebike_charging", "电动车楼道充电 电动车楼梯间充电 电瓶车进户 飞线充电 电动车上楼"),
    ("blocked_fire_passage", "消防通道被占用 消防通道停车 占用消防通道 安全出口锁闭"),
    ("stairway_clutter", "楼道堆放杂物 楼道有杂物 走廊堆物"),
    ("loose_manhole_cover", "井盖松动 窨井盖破损 井盖缺失"),
    ("blocked_drain", "下水道堵塞积水 污水管道堵塞 化粪池满溢"),
    ("damaged_door_control", "单元门禁损坏 门禁损坏 防盗门损坏"),
    ("open_flame_cooking", "明火煮食 使用煤气罐"),
    ("gas_heater_self_installed", "私装燃气热水器 燃气热水器违规安装"),
    ("gas_hose_aged", "燃气软管老化 煤气软管破损"),
    ("gas_leak", "燃气泄漏 天然气漏气 燃气味很重 煤气味 闻到燃气 楼道有天然气异味"),
    ("falling_object", "外墙墙皮脱落 瓷砖脱落 空调外机松动 花盆坠落"),
    ("broken_light", "路灯不亮 楼道灯损坏"),
    ("dangerous_tree", "树枝压电线 枯树倾斜"),
    ("missing_handrail", "无扶手 扶手松动"),
    (OTHER, "墙面渗水 消防栓无水"),
])
def test_kinds_of_hazard(kind, written):
    assert {words: hazard_kind(words) for words in written.split(" ")} == dict.fromkeys(written.split(" "), kind)


def test_kinds_are_words_of_the_vocabulary():
    """`gas_hose_aged` and `no_escape_exit` are new to it: an open vocabulary treats them as `other` until it has them."""
    assert {kind for kind, _ in WORDS} - set(KINDS) <= {"gas_hose_aged", "no_escape_exit"}


@pytest.mark.parametrize(("cell", "kinds"), [
    ("无烟感、灭火器过期", ["no_smoke_detector", "expired_extinguisher"]),
    ("灭火器过期，门禁损坏，明火煮食", ["expired_extinguisher", "damaged_door_control", "open_flame_cooking"]),
    ("电动车楼梯间充电 明火煮食", ["stairway_ebike_charging", "open_flame_cooking"]),
    ("无烟感/电线私拉/明火煮食", ["no_smoke_detector", "unsafe_wiring", "open_flame_cooking"]),
    ("1.烟感缺失 2.灭火器过期", ["no_smoke_detector", "expired_extinguisher"]),
    ("①烟感缺失②电线私拉乱接", ["no_smoke_detector", "unsafe_wiring"]),
    ("楼道堆放杂物", ["stairway_clutter"]),
    ("墙面渗水、地下室发霉", [OTHER]),
    ("没有安装烟感和应急灯", ["no_smoke_detector", "no_emergency_light"]),
    ("未安装烟感、灭火器", ["no_smoke_detector", "no_extinguisher"]),
    ("缺少烟感及灭火器与应急灯", ["no_smoke_detector", "no_extinguisher", "no_emergency_light"]),
    ("应急灯和烟感损坏", ["no_emergency_light", "no_smoke_detector"]),
    ("灭火器过期与烟感缺失", ["expired_extinguisher", "no_smoke_detector"]),
    ("灭火器正常，无应急灯", ["no_emergency_light"]),
    ("楼道和走廊堆放杂物", ["stairway_clutter"]),
    ("烟感不正常", [OTHER]),
    *((words, []) for words in (
        "未发现隐患", "一切正常", "烟感正常，灭火器有效期内", "无异常", "没有问题", "灭火器无异常", "烟感、灭火器正常", "未闻到燃气味")),
    ("", []),
])
def test_several_hazards_in_one_cell(cell, kinds):
    assert [kind for kind, _ in split_hazards(cell)] == kinds


@pytest.mark.parametrize(("code", "written"), [
    ("smoke_detector", "烟感器 烟感 烟雾报警器 独立式烟感报警器"), ("sprinkler_head", "消防水盘（喷淋头） 喷淋头"),
    ("exit_sign", "逃生指示牌 安全出口牌 安全出口指示牌"), ("fire_bell", "消防铃 警铃"), ("escape_rope", "逃生绳"),
    ("emergency_light", "应急灯 消防应急照明灯"), ("fire_extinguisher", "灭火器 干粉灭火器"), ("mask", "口罩 N95口罩 医用外科口罩"),
    ("disinfectant", "消毒液 84消毒液 消毒水"), ("alcohol", "酒精 75%酒精"), ("thermometer_gun", "体温枪 额温枪 测温枪"),
    ("disposable_gloves", "一次性手套"), ("dumplings", "水饺 元宵节水饺慰问社区一线"), ("instant_noodles", "方便面"),
])
def test_names_of_goods(code, written):
    assert {words: item_code(words) for words in written.split(" ")} == dict.fromkeys(written.split(" "), (code, True))


def test_unknown_goods_get_a_code_of_their_own():
    code, known = item_code("对讲机")
    assert not known
    assert item_code("对 讲机") == (code, False)
    assert item_code("对讲机充电器")[0] != code
    assert code.isidentifier() and code == code.lower()


def test_every_unit_of_the_catalogue_has_a_code():
    assert all(word.base_unit.isidentifier() for word in CATALOGUE)
    assert len({word.code for word in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize(("written", "expected"), [
    ("社会工作者证（初级）（2024年3月到期）", [("社会工作者证(初级)", date(2024, 3, 31))]),
    ("社会工作者证（初级）、低压电工证（2023年5月到期）", [("社会工作者证(初级)", None), ("低压电工证", date(2023, 5, 31))]),
    ("电工证 有效期至2025-06-30", [("电工证", date(2025, 6, 30))]),
    ("红十字救护员证(有效期至2025.6.30)", [("红十字救护员证", date(2025, 6, 30))]),
    ("无", []), (None, []), ("=HYPERLINK(\"x\")", []),
])
def test_qualifications(written, expected):
    assert [(one.name, one.valid_until) for one in qualifications(written)] == expected


@pytest.mark.parametrize(("written", "role"), [
    ("队长", "leader"), ("副队长", "deputy"), ("大学生秘书", "secretary"), ("召集人", "leader"), ("队员", "member"), ("联防队员", "member"),
    ("副组长", "deputy"), ("", "member"), ("电工", "member"),
])
def test_roles(written, role):
    assert role_of(written) == role


NAMES = short_names(["通桥社区", "通明社区", "福里社区", "瑞禾村社区", "和光社区", "朝华社区"])


@pytest.mark.parametrize(("written", "whole"), [
    ("通桥社区", "通桥社区"), ("雁塔区-通桥", "通桥社区"), ("碑林区通明社区", "通明社区"), ("福里", "福里社区"), ("朝华居委会", "朝华社区"),
    ("瑞禾村", "瑞禾村社区"), ("无名", None), ("", None),
])
def test_communities_in_short(written, whole):
    assert find_community(written, NAMES) == whole


def test_a_community_is_the_same_under_both_endings():
    assert community_key("和光社区", "灞桥区") == community_key("和光居委会", "灞桥") != community_key("和光社区", "雁塔区")
