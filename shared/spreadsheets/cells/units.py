"""Words that goods are counted in, and the codes the catalogue has for them: one table for every list."""

import re

PIECES = "个 只 把 支 条 张 台 辆 件 顶 床 块 根 枚 本 片 具 部 盏 面 颗 粒 幅"
UNITS: dict[str, str] = dict.fromkeys(PIECES.split(), "piece") | {
    "副": "pair",
    "双": "pair",
    "对": "pair",
    "套": "set",
    "瓶": "bottle",
    "桶": "barrel",
    "袋": "bag",
    "包": "pack",
    "提": "pack",
    "盒": "box",
    "箱": "case",
    "打": "dozen",
    "捆": "bundle",
    "卷": "roll",
    "份": "portion",
    "米": "metre",
    "斤": "half_kilogram",
    "公斤": "kilogram",
    "千克": "kilogram",
    "kg": "kilogram",
    "升": "litre",
    "l": "litre",
}

PACKS = frozenset("盒 箱 包 件 袋 提 打 桶 捆 套 瓶 板 条 排 筐".split())
"""What may hold several of something. 件 is a piece of clothing as well as a carton."""

MEASURES = frozenset("米 斤 公斤 千克 kg 升 l 毫升 ml 克 g mg 毫克 厘米 cm 毫米 mm".split())
"""How big one of something is, not how many there are."""

WORDS = sorted({*UNITS, *PACKS, *MEASURES}, key=len, reverse=True)
UNIT = rf"(?:{'|'.join(map(re.escape, WORDS))})"
PACK = rf"(?:{'|'.join(sorted(PACKS))})"
