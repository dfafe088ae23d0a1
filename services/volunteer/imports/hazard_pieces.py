"""A cell of a patrol notebook → its single findings: what shares a verb is given the verb, what is in order is known."""

import re
from collections.abc import Callable

SEPARATORS = re.compile(r"[、,，;；/|\n+]|\s+|(?:[①-⑨]|(?<!\d)\d[.、)])|以及|。")
JOINED = re.compile(r"[和及与]")
THING = (
    r"(?:独立式)?(?:烟感|烟雾|感烟)(?:器|报警器|探测器)?|(?:消防)?应急(?:照明)?灯|应急照明|(?:安全出口|逃生|疏散)?指示(?:牌|灯|标志)"
    r"|安全出口标志|灭火器|喷淋头?|消防铃|警铃|逃生绳|扶手|消防栓|门禁|路灯|井盖"
)
BARE = re.compile(rf"(?:{THING})$")
LACKS = re.compile(
    rf"^(?P<verb>.*?(?:没有?|未|无|缺少?|缺乏|少)(?:安装|配备|配置|设置|放置|张贴|装|配|设|有)?)(?:{THING})$"
)
IS = re.compile(rf"^(?:{THING})(?P<verb>.{{1,12}})$")
IN_ORDER = re.compile(
    r"(?:未发现|未检查出|未查出|未见|未有|暂无|没有?发现|没有?|无)(?:任何|其他|其它|明显|安全|消防|重大|新|的)*(?:隐患|异常|问题)$"
    r"|(?:未闻到|没有|没|无)(?:燃气|煤气|天然气)(?:异|臭)?味$"
    r"|(?<![不未欠])(?:正常|完好|良好|合格|有效期内)(?:工作|使用|运行|有效|无损)?$|^(?:安全|平安|无|没有|ok)$"
)


def pieces_of(written: str, known: Callable[[str], bool]) -> list[str]:
    """`known` says whether a text reads as a hazard: only such are cut at 和, so that 楼道和走廊堆物 stays whole."""
    pieces = [piece.strip(" .。:：()") for piece in SEPARATORS.split(written) if piece.strip(" .。:：()")]
    shared = share_verbs(pieces)
    return [part for piece in shared for part in parts_of(piece, known)]


def parts_of(piece: str, known: Callable[[str], bool]) -> list[str]:
    parts = share_verbs([part for part in JOINED.split(piece) if part])
    return parts if len(parts) > 1 and all(known(part) or IN_ORDER.search(part) for part in parts) else [piece]


def share_verbs(pieces: list[str]) -> list[str]:
    """没有安装烟感、应急灯 → 没有安装烟感, 没有安装应急灯; 烟感、应急灯损坏 → 烟感损坏, 应急灯损坏."""
    return [with_verb(pieces, position) if BARE.match(piece) else piece for position, piece in enumerate(pieces)]


def with_verb(pieces: list[str], position: int) -> str:
    """The verb stands before the first thing of the row, or behind its last."""
    thing = pieces[position]
    before = next((piece for piece in reversed(pieces[:position]) if not BARE.match(piece)), "")
    behind = next((piece for piece in pieces[position + 1 :] if not BARE.match(piece)), "")
    if lacking := LACKS.match(before):
        return lacking["verb"] + thing
    said = IS.match(behind)
    return thing + said["verb"] if said else thing
