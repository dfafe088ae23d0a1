"""What a column holds, told from its cells: for columns whose header is missing, unknown or wrong."""

import re
from collections import Counter
from collections.abc import Iterable

from .cells import id_number, is_missing, read_date, sex, text
from .cells.phones import MOBILE
from .workbook import CellValue

SAMPLE = 300
SHARE = 0.6
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧肖蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎闫薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戚莫孔向汤常温康施牛樊葛邢"
    "安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙"
    "鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戴岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边"
    "卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位"
    "厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母"
)
COMPOUND = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 长孙 宇文 轩辕 端木 百里 南宫".split()
NAME = re.compile(rf"^(?:[{SURNAMES}]|{'|'.join(COMPOUND)})[\u4e00-\u9fff]{{1,2}}$")
NOT_NAMES = re.compile(
    r"社区|街道|小区|高血压|高龄|白内障|常住|户籍|独居|空巢|低保|户主|配偶|儿媳|孙子|孙女|母亲|父亲|安全|方便"
    r"|金额|平安|石油|向日|和平|单位|在职|党员|组长|队长|队员|成都|重庆|广西|江苏|云南|海南|门|楼|院|栋|号|路"
)
RELATIONS = frozenset(
    "户主 本人 配偶 妻子 丈夫 妻 夫 子 儿子 长子 次子 三子 女 女儿 长女 次女 三女 儿媳 女婿 孙子 孙女 外孙 "
    "外孙女 父亲 母亲 父 母 岳父 岳母 公公 婆婆 祖父 祖母 兄弟 姐妹 合租 租客 之子 之女 之妻 媳 儿 其他 非亲属 "
    "保姆".split()
)
ADDRESS = re.compile(r"\d+(?:栋|幢|号楼|座|单元|室|号院?|组|弄|巷)")
DIGITS_18 = re.compile(r"^[1-9]\d{16}[\dXx]$")

CANONICAL = {
    "id_number": "身份证号",
    "phone": "联系电话",
    "sex": "性别",
    "birth_date": "出生日期",
    "relation": "与户主关系",
    "name": "姓名",
    "address": "住址",
}


def class_of(value: CellValue) -> str | None:
    """The one kind of content a cell clearly is, or None."""
    cleaned = text(value)
    packed = re.sub(r"[\s-]", "", cleaned)
    if DIGITS_18.match(packed) or id_number(value).value is not None:
        return "id_number"
    if MOBILE.match(packed[:11]) and not packed[11:12].isdigit():
        return "phone"
    if sex(cleaned) is not None:
        return "sex"
    if cleaned in RELATIONS:
        return "relation"
    if NAME.match(packed) and not NOT_NAMES.search(packed):
        return "name"
    if ADDRESS.search(cleaned):
        return "address"
    if (
        (date := read_date(value).value) is not None
        and (not packed.isdigit() or len(packed) == 8)
        and 1900 < date.day.year < 2100
    ):
        return "birth_date"
    return None


def class_of_column(values: Iterable[CellValue]) -> str | None:
    """What most cells of a column are, if most are one thing. `女` and `子` alone do not make a column of relations."""
    sample = [value for value in values if not is_missing(text(value))][:SAMPLE]
    if not sample:
        return None
    counts = Counter(kind for kind in map(class_of, sample) if kind)
    if not counts:
        return None
    kind, count = counts.most_common(1)[0]
    if kind == "sex" and counts["relation"] and counts["relation"] + count >= SHARE * len(sample):
        kind, count = "relation", counts["relation"] + count
    if kind == "name" and len(sample) >= 8 and len({text(value) for value in sample}) < 0.5 * len(sample):
        return None
    return kind if count >= SHARE * len(sample) else None
