"""What each code of a report means, in the two languages of the platform."""

from .unreadable import FILE_PROBLEMS

REFUSALS: dict[str, tuple[str, str]] = {
    "missing_name": ("没有姓名（名称）。", "There is no name."),
    "bad_date": ("日期不存在，例如 9月31日。", "The date cannot exist."),
    "missing_place": ("隐患没有写明地点。", "A hazard without a place."),
    "missing_hazard": ("没有写明隐患内容，或写明没有隐患。", "A record without a hazard, or one that found none."),
    "void_record": ("记录已注明作废。", "The record is marked void."),
    "bad_quantity": ("数量为负、不是整数，或无法读出。", "The quantity is negative, not whole, or cannot be read."),
    "missing_item": ("没有写明物资名称。", "There is no name of an item."),
}

HELD: dict[str, tuple[str, str]] = {
    "ambiguous_name": (
        "同名不止一人，请人工确认是哪一位。",
        "More than one person has this name; a person must decide.",
    ),
    "not_in_register": (
        "名单里没有这个人，暂按外来人员保留。",
        "Nobody of the list has this name; kept as an outsider.",
    ),
}

WARNINGS: dict[str, tuple[str, str]] = {
    "id_missing": ("没有身份证号。", "The ID number is missing."),
    "id_damaged": (
        "身份证号被表格变成了数字，已不完整；按文字保留，不用于比对。",
        "A spreadsheet turned the ID number into a number; kept as text, not used.",
    ),
    "id_15_digits": (
        "15位旧身份证号；按文字保留，不用于比对。",
        "An old ID number of 15 digits; kept as text, not used.",
    ),
    "id_length": (
        "身份证号位数不对；按文字保留，不用于比对。",
        "The ID number has a wrong length; kept as text, not used.",
    ),
    "id_wrong": (
        "身份证号校验不通过；按文字保留，不用于比对。",
        "The ID number fails its check; kept as text, not used.",
    ),
    "id_other_document": ("不是居民身份证号；按文字保留。", "Not a resident ID number; kept as text."),
    "phone_missing": ("没有电话。", "The telephone number is missing."),
    "phone_length": ("电话位数不对；按文字保留。", "The telephone number has a wrong length; kept as text."),
    "phone_damaged": (
        "电话被表格变成了科学记数；按文字保留。",
        "A spreadsheet damaged the telephone number; kept as text.",
    ),
    "phone_unreadable": ("看不出电话号码；按文字保留。", "No telephone number can be read; kept as text."),
    "birth_date_missing": ("没有出生日期。", "The birth date is missing."),
    "birth_date_wrong": ("出生日期不存在；按文字保留。", "The birth date cannot exist; kept as text."),
    "birth_date_unreadable": ("出生日期无法读出；按文字保留。", "The birth date cannot be read; kept as text."),
    "birth_date_lunar": ("出生日期是农历；按文字保留。", "The birth date is of the lunar calendar; kept as text."),
    "birth_date_differs": (
        "出生日期与身份证号不一致，以身份证号为准。",
        "The birth date differs from the ID number, which counts.",
    ),
    "sex_differs": ("性别与身份证号不一致；按填写的性别。", "The sex differs from the ID number; kept as written."),
    "name_differs": (
        "身份证号相同而姓名不同；按同一人合并，两个姓名都保留。",
        "Same ID number, another name: linked, both names kept.",
    ),
    "second_name": (
        "一行里有两个不同的姓名；用前一个，后一个按文字保留。",
        "The row has two different names; the first is used, the second kept as text.",
    ),
    "ambiguous_person": (
        "姓名和电话同时符合两个身份证号不同的人；已归入最接近的一位，请核对。",
        "Name and telephone fit two people with different ID numbers; linked to the closer one, please check.",
    ),
    "possible_duplicate": (
        "与前面一行完全相同，但没有身份证号和电话可比对；按两个人保留，请核对。",
        "Says the same as an earlier row, with neither ID number nor telephone to compare; kept as two people.",
    ),
    "possible_merge": (
        "本行说明两份已有档案可能是同一人，请核对。",
        "This row suggests that two known records are one person; please check.",
    ),
    "formula": (
        "单元格是公式或会被表格执行的文字；只当文字保留。",
        "A formula, or text that a spreadsheet would execute; kept as text only.",
    ),
    "courtyard_unresolved": (
        "院落简称对不上唯一的院落；按原文保留。",
        "The short name fits no courtyard, or more than one; kept as written.",
    ),
    "same_address_other_head": ("同一门牌已有另一位户主。", "Another head of household is at the same door."),
    "coordinates_missing": ("没有经纬度。", "The coordinates are missing."),
    "coordinates_swapped": ("经纬度写反了，已换回。", "Longitude and latitude were swapped; put right."),
    "coordinates_wrong": (
        "经纬度不可能或无法读出；按文字保留。",
        "The coordinates are impossible or unreadable; kept as text.",
    ),
    "number_unreadable": ("数字无法读出；按文字保留。", "The number cannot be read; kept as text."),
    "number_vague": ("数字不确切；按文字保留。", "The number is vague; kept as text."),
    "number_about": ("数字是约数。", "The number is approximate."),
    "number_wrong": ("数字为负或不是整数；按文字保留。", "The number is negative or not whole; kept as text."),
    "quantity_about": ("数量是约数。", "The quantity is approximate."),
    "unit_unclear": (
        "计量单位与目录不同，又没有写每件多少；数量按原数保留，须人工核对。",
        "Counted in packs or units of unknown size; the number is kept as written, please check.",
    ),
    "quantity_partly": (
        "数量只读懂一部分，请核对。",
        "Only a part of the quantity was understood; please check.",
    ),
    "expiry_missing": ("没有有效期。", "There is no expiry date."),
    "expiry_on_package": ("有效期须看外包装。", "The expiry date is on the package."),
    "expiry_unreadable": ("有效期无法读出；按文字保留。", "The expiry date cannot be read; kept as text."),
    "expiry_needs_production_date": (
        "只写了保质期，没有生产日期，算不出有效期。",
        "A shelf life without a production date.",
    ),
    "expiry_unknown": (
        "会过期的物资没有可用的有效期；已暂停发放，待人工核对。",
        "Goods that go off without a usable expiry date; on hold until somebody has looked.",
    ),
    "expiry_wrong": ("有效期不存在；按文字保留。", "The expiry date cannot exist; kept as text."),
    "expiry_before_production": ("有效期早于生产日期。", "It expires before it was made."),
    "item_unknown": ("目录里没有的物资，已按原文新增。", "An item outside the catalogue, added as written."),
    "date_missing": ("没有日期。", "The date is missing."),
    "date_unreadable": ("日期无法读出；按文字保留。", "The date cannot be read; kept as text."),
    "other_date_wrong": ("次要日期不存在；按文字保留。", "A secondary date cannot exist; kept as text."),
    "lunar_date": ("日期是农历；按文字保留。", "The date is of the lunar calendar; kept as text."),
    "hazard_unknown": (
        "词表里没有的隐患类别，按“其他”保留原文。",
        "A kind of hazard outside the vocabulary; kept as other.",
    ),
    "recipient_unknown": ("对不上唯一的社区；按原文保留。", "Fits no community, or more than one; kept as written."),
    "house_unknown": ("出租屋编号不在台账里。", "The rental house is not in the register of houses."),
}

SHEET_NOTES: dict[str, tuple[str, str]] = {
    "wrong_extension": ("扩展名与内容不符，已按内容读取。", "The extension does not fit the content; read by content."),
    "bad_bytes": ("有个别字节无法识别，已用 � 代替。", "Some bytes could not be read and became �."),
    "stray_quote": ("有未配对的引号，已当作普通字符。", "A stray quotation mark was taken as a character."),
    "sheet_empty": ("空工作表。", "The sheet is empty."),
    "hidden_sheet": ("隐藏的工作表，也已读取。", "A hidden sheet; read as well."),
    "no_rows": ("有表头但没有数据。", "A header without data."),
    "not_recognised": (
        "看不出是什么表，没有导入任何一行。",
        "It is not clear what this list is; nothing was imported from it.",
    ),
    "belongs_elsewhere": ("这份表不归这里导入。", "This list belongs to another import."),
    "no_header": ("没有表头，按内容判断各列。", "There is no header; columns were told by their content."),
}

ALL = {**FILE_PROBLEMS, **REFUSALS, **HELD, **WARNINGS, **SHEET_NOTES}


def reason(code: str) -> tuple[str, str]:
    """(zh-CN, en); an unlisted code stands for itself."""
    return ALL.get(code, (code, code))
