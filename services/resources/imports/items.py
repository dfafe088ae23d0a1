"""What goods are called, and their code in the catalogue: data, to be read at a glance.

The catalogue of a fresh installation holds the same items with the same units, packs and days.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from services.resources.catalogue.rules import code_for
from shared.spreadsheets.cells import compact
from shared.spreadsheets.cells.units import UNITS

NO_PACKS: Mapping[str, int] = MappingProxyType({})


class CatalogueWord(NamedTuple):
    code: str
    zh: str
    en: str
    unit: str
    """The word for its base unit."""
    words: str
    """What it is called in lists, as one regular expression."""
    packs: Mapping[str, int] = NO_PACKS
    perishable: bool = False
    min_days_left: int = 0

    @property
    def base_unit(self) -> str:
        return UNITS[self.unit]


CATALOGUE: tuple[CatalogueWord, ...] = (
    CatalogueWord(
        "smoke_detector", "烟感报警器", "Smoke detector", "个",
        r"烟感|烟雾报警|感烟|烟雾探测|烟雾感应|火灾报警器|烟感器", packs={"box": 10}),
    CatalogueWord("emergency_light", "应急灯", "Emergency light", "个", r"应急灯|应急照明|消防灯", packs={"box": 10}),
    CatalogueWord(
        "exit_sign", "逃生指示牌", "Exit sign", "个",
        r"指示牌|安全出口|疏散标志|疏散指示|逃生标志|逃生标识|出口牌|指示灯|疏散牌", packs={"box": 20}),
    CatalogueWord("sprinkler_head", "喷淋头", "Sprinkler head", "个", r"喷淋|消防水盘|喷头|洒水头", packs={"box": 20}),
    CatalogueWord("fire_bell", "消防铃", "Fire bell", "个", r"消防铃|警铃|火警铃|报警铃|消防警铃", packs={"box": 10}),
    CatalogueWord("escape_rope", "逃生绳", "Escape rope", "条", r"逃生绳|救生绳|缓降|安全绳"),
    CatalogueWord(
        "fire_extinguisher", "灭火器", "Fire extinguisher", "个",
        r"灭火器|灭火瓶|干粉", packs={"box": 2}, min_days_left=30),
    CatalogueWord("fire_blanket", "灭火毯", "Fire blanket", "张", r"灭火毯|防火毯"),
    CatalogueWord("smoke_mask", "防烟面罩", "Smoke mask", "个", r"防烟面|防毒面|逃生面|呼吸器|消防面"),
    CatalogueWord("fire_hose", "消防水带", "Fire hose", "卷", r"水带|消防软管|消防水管"),
    CatalogueWord("gas_alarm", "燃气报警器", "Gas alarm", "个", r"燃气报警|煤气报警|可燃气"),
    CatalogueWord("gas_hose", "燃气软管", "Gas hose", "米", r"燃气.*软管|煤气管|燃气管"),
    CatalogueWord("mask", "口罩", "Face mask", "只", r"口罩|n95|kn95", packs={"box": 50}, perishable=True, min_days_left=7),
    CatalogueWord(
        "disinfectant", "消毒液", "Disinfectant", "桶",
        r"消毒液|消毒水|84消|八四|含氯|次氯酸|消毒剂|消毒片", perishable=True, min_days_left=7),
    CatalogueWord("alcohol", "酒精", "Alcohol", "瓶", r"酒精|乙醇|酒精棉", perishable=True, min_days_left=7),
    CatalogueWord("thermometer_gun", "体温枪", "Infrared thermometer", "把", r"体温枪|测温枪|额温枪|测温仪|红外测温|额温"),
    CatalogueWord("thermometer", "体温计", "Thermometer", "支", r"体温计|温度计"),
    CatalogueWord(
        "disposable_gloves", "一次性手套", "Disposable gloves", "副",
        r"一次性.*手套|橡胶手套|乳胶手套|医用手套|^手套$|丁腈", packs={"box": 50}, perishable=True, min_days_left=7),
    CatalogueWord("protective_suit", "防护服", "Protective suit", "套", r"防护服|隔离衣", perishable=True, min_days_left=7),
    CatalogueWord("goggles", "护目镜", "Goggles", "个", r"护目镜|面屏|防护面屏"),
    CatalogueWord("hand_sanitiser", "洗手液", "Hand sanitiser", "瓶", r"洗手液|免洗", perishable=True, min_days_left=7),
    CatalogueWord("sprayer", "喷雾器", "Sprayer", "个", r"喷雾器|喷壶|喷雾机"),
    CatalogueWord("loudspeaker", "喇叭", "Loudspeaker", "个", r"喇叭|扩音器|小蜜蜂"),
    CatalogueWord("dumplings", "水饺", "Dumplings", "袋", r"水饺|饺子|汤圆", perishable=True, min_days_left=3),
    CatalogueWord("instant_noodles", "方便面", "Instant noodles", "箱", r"方便面|泡面", perishable=True, min_days_left=14),
    CatalogueWord(
        "drinking_water", "饮用水", "Drinking water", "瓶",
        r"矿泉水|饮用水|纯净水|瓶装水", perishable=True, min_days_left=14),
    CatalogueWord("rice", "大米", "Rice", "袋", r"大米|^米$|香米", perishable=True, min_days_left=14),
    CatalogueWord("cooking_oil", "食用油", "Cooking oil", "桶", r"食用油|菜籽油|调和油|花生油", perishable=True, min_days_left=14),
    CatalogueWord("flour", "面粉", "Flour", "袋", r"面粉", perishable=True, min_days_left=14),
    CatalogueWord("milk", "牛奶", "Milk", "箱", r"牛奶|奶粉", perishable=True, min_days_left=7),
    CatalogueWord("vegetables", "蔬菜", "Vegetables", "份", r"蔬菜|爱心菜", perishable=True, min_days_left=1),
    CatalogueWord("quilt", "棉被", "Quilt", "床", r"棉被|被子|被褥|毛毯"),
    CatalogueWord("coat", "大衣", "Coat", "件", r"大衣|棉衣|军大衣"),
    CatalogueWord("tent", "帐篷", "Tent", "顶", r"帐篷|遮阳棚"),
    CatalogueWord("torch", "手电筒", "Torch", "个", r"手电|强光电筒"),
    CatalogueWord("sandbag", "沙袋", "Sandbag", "袋", r"沙袋|防汛袋|吸水袋"),
    CatalogueWord("pump", "抽水泵", "Pump", "台", r"抽水泵|水泵"),
    CatalogueWord("life_jacket", "救生衣", "Life jacket", "件", r"救生衣"),
    CatalogueWord("raincoat", "雨衣", "Raincoat", "件", r"雨衣|雨鞋|雨靴"),
    CatalogueWord("first_aid_kit", "急救包", "First aid kit", "个", r"急救包|急救箱|药箱|医药箱", perishable=True, min_days_left=30),
    CatalogueWord("armband", "红袖章", "Armband", "个", r"袖章|红袖"),
    CatalogueWord("vest", "志愿马甲", "Volunteer vest", "件", r"马甲|背心"),
    CatalogueWord("non_slip_mat", "防滑垫", "Non-slip mat", "张", r"防滑垫"),
    CatalogueWord("handrail", "扶手", "Handrail", "个", r"扶手"),
    CatalogueWord("night_light", "小夜灯", "Night light", "个", r"夜灯|感应灯"),
    CatalogueWord("wheelchair", "轮椅", "Wheelchair", "辆", r"轮椅"),
    CatalogueWord("walking_stick", "拐杖", "Walking stick", "支", r"拐杖|助行器|手杖"),
)

COMPILED = tuple((word, re.compile(word.words)) for word in CATALOGUE)
WORDS_OF = {word.code: word for word in CATALOGUE}


@lru_cache(maxsize=4096)
def item_code(written: str) -> tuple[str, bool]:
    """(code, whether the words above know it). An unknown item gets a code of its own, always the same for one name."""
    name = compact(written)
    for word, pattern in COMPILED:
        if pattern.search(name):
            return word.code, True
    return code_for(written), False
