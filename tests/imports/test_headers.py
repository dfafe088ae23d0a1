"""Columns are found by meaning: under titles, in two rows, side by side, without a header, by what they hold."""

import pytest

from services.resources.imports.people_lists import RESIDENTS
from services.resources.imports.stock_lists import STOCK_LOTS
from services.volunteer.imports.lists import PATROLS, VOLUNTEERS
from shared.spreadsheets.fields import ListKind
from shared.spreadsheets.lists import recognise
from shared.spreadsheets.outcomes import SheetJudgement
from tests.imports.looking import accepted, outcomes, register, volunteering
from tests.imports.writing import delimited, valid_id, xlsx

ONE, TWO, THREE = valid_id("19580312"), valid_id("19620708", 998), valid_id("19900101", 996)


@pytest.mark.parametrize(("field", "headers"), [
    ("name", "姓名 姓　名 名字 居民姓名 人员姓名* 老人姓名 住户姓名 承租人姓名 1、姓名： 姓名（与身份证一致） 家庭成员姓名"),
    ("id_number", "身份证号码 身份证号 公民身份号码 证件号码 居民身份证号（18位） 身份证件号"),
    ("phone", "联系电话 电话 手机 手机号码 联系方式 联系电话1 电话2 本人电话 联系电话（手机） 移动电话 固定电话"),
    ("birth_date", "出生日期 出生年月 出生年月日 生日 出生日期（公历）"),
    ("age", "年龄 年龄（虚岁） 周岁"),
    ("relation", "与户主关系 关系 与承租人关系 家庭关系 称谓 与户主的关系"),
    ("courtyard", "小区 院落 小区院落 所在小区 小区名称 院落/小区 所属院落"),
    ("building", "楼栋 栋 幢 楼号 栋号 楼栋号 几栋"),
    ("unit", "单元 单元号"),
    ("door", "房号 门牌 门牌号 室 房间号 门牌号码"),
    ("address", "住址 家庭住址 现住址 详细地址 居住地址 现居住地 家庭详细地址"),
    ("household_number", "户号 户编号 家庭编号"),
    ("residence", "户籍 户籍类别 本村/租户 人口类型 户口性质"),
    ("registered_address", "户籍地 户籍地址 籍贯 户籍所在地"),
    ("family_name", "家属姓名 紧急联系人 监护人姓名 联系人 子女姓名"),
    ("family_phone", "家属电话 紧急联系人电话 监护人联系方式 子女电话 联系电话（家属）"),
    ("family_relation", "与老人关系 与本人关系 家属关系"),
    ("tags", "特殊类别 人员类别 重点人群 困难类型"),
    ("flag", "是否党员 低保 是否独居（是/否） 残疾"),
    ("note", "备注 说明 备注说明"),
    (None, "网格员姓名 网格员电话 走访日期 社工 车牌 登记人员 物业电话 房东 填表日期"),
])
def test_headers_of_a_register(field, headers):
    assert {header: RESIDENTS.field_of(header) for header in headers.split(" ")} == dict.fromkeys(headers.split(" "), field)


@pytest.mark.parametrize(("kind", "header", "field"), [
    (STOCK_LOTS, "单位（量）", "unit"), (STOCK_LOTS, "品名", "item"), (STOCK_LOTS, "库存数量", "balance"), (STOCK_LOTS, "入库数量", "quantity"), (STOCK_LOTS, "出库数量", None),
    (STOCK_LOTS, "保质期至", "expiry"), (STOCK_LOTS, "物资编号", None), (STOCK_LOTS, "规格型号", "specification"),
    (VOLUNTEERS, "所在小分队", "courtyard"), (VOLUNTEERS, "身份/工种", "role"), (VOLUNTEERS, "持证情况", "qualifications"),
    (VOLUNTEERS, "可服务时间", "availability"), (VOLUNTEERS, "院系年级", "studies"),
    (PATROLS, "存在的问题", "hazards"), (PATROLS, "隐患编号", "record_number"), (PATROLS, "整改完成时间", "fixed_on"),
    (PATROLS, "复查日期", "reinspected_on"), (PATROLS, "整改期限", "due_on"), (PATROLS, "排查地点", "location"), (PATROLS, "院落", "courtyard"),
    (PATROLS, "风险等级", "level"), (PATROLS, "检查人员", "found_by"),
])
def test_headers_of_other_lists(kind: ListKind, header, field):
    assert kind.field_of(header) == field


def test_a_group_of_columns_says_whose_they_are():
    assert RESIDENTS.field_of_pair("监护人信息", "姓名") == "family_name"
    assert RESIDENTS.field_of_pair("监护人信息", "电话") == "family_phone"
    assert RESIDENTS.field_of_pair("居住信息", "幢") == "building"


@pytest.mark.parametrize(("headers", "title", "kind"), [
    ("序号 姓名 性别 身份证号 与户主关系 住址", "花名册", "residents"),
    ("序号 姓名 身份证号 住址 健康状况 家属电话 与老人关系", "高龄老人台账", "elders"),
    ("栋 单元 房号 户主姓名 在家人数", "住户登记", "households"),
    ("房屋编号 房东 层数 间数", "出租房台账", "rental_houses"),
    ("小区 楼栋数 户数 经度 纬度", "基本情况", "courtyards"),
    ("社区 街道 联系人 手机", "通讯录", "communities"),
    ("资源单位 联系人 可提供服务", "资源清单", "organisations"),
    ("品名 数量 批号 有效期", "库存", "stock_lots"),
    ("发放日期 领取社区 物资名称 数量 领取人", "口罩发放", "stock_issues"),
    ("姓名 电话 特长 可服务时间", "志愿者名单", "volunteers"),
    ("巡查日期 地点 隐患内容 整改情况", "隐患台账", "patrols"),
    ("上报时间 需求 社区名称 联系人", "需求收集表", "needs"),
    ("登记日期 物资名称 数量 捐赠方 指定社区", "捐赠意向", "donations"),
    ("序号 姓名 签名 院落 电话", "培训签到表", "sign_in"),
    ("日期 班次 岗位 人员", "值班表", "duty_roster"),
    ("案号 当事人甲 当事人乙 调解员 纠纷类型", "调解台账", "mediation_cases"),
    ("档案号 姓名 身份证号 慢病 过敏史 签约医生", "健康档案", "health_files"),
    ("测量日期 姓名 血压 心率", "血压登记", "vital_signs"),
    ("姓名 身份证号 第1天 第2天 解除日期", "隔离人员", "isolation"),
    ("甲 乙 丙", "", None),
])
def test_which_list_it_is(headers, title, kind):
    known, _ = recognise(headers.split(" "), title)
    assert (known.key if known else None) == kind


def columns(judgement: SheetJudgement) -> dict[str, str | None]:
    return {column.letter: column.field for column in judgement.table.columns}


def test_a_header_of_two_rows_over_merged_places():
    rows = [
        ["某社区人口信息底册"],
        ["填表说明：1.由网格员填写；2.身份证号请核对"],
        ["序号", "居住信息", None, None, "基本信息", None, None, "联系方式", None, "监护人", None, "备注"],
        [None, "小区", "幢", "室", "居民身份号码", "人员姓名", "与户主之关系", "手机1", "手机2", "姓名", "电话", None],
        [1, "丽景花园", "3幢", "0501", ONE, "彭建设", "户主", "16100000001", "028-85551234", None, None, None],
        [2, None, None, None, TWO, "罗 秀兰", "妻", "16100000002", None, None, None, "低保"],
        [3, "丽景花园", "3幢", "502", THREE, "欧阳明", "户主", None, None, "欧阳军", "16100000003", None],
    ]
    (judged,) = register(xlsx(rows, merges=["B3:D3", "E3:G3", "H3:I3", "J3:K3", "B5:B6", "C5:C6", "D5:D6"]), "底册.xlsx")
    assert judged.table.header_rows == (3, 4)
    people = accepted([judged])
    assert people[5].person.phone_numbers == {"16100000001", "02885551234"}
    assert people[6].household_key == people[5].household_key
    assert people[6].tags == ("低保",)
    assert (people[7].family.name, people[7].family.phones[0].number) == ("欧阳军", "16100000003")
    assert people[7].person.phones == ()


def test_lists_side_by_side_are_one_list():
    rows = [
        ["红心志愿服务队通讯录"],
        ["序号", "姓名", "手机号码", "特长", None, "序号", "姓名", "手机号码", "特长"],
        [1, "张大山", 16100000031, "水电", None, 3, "王小丽", 16100000033, "医疗"],
        [2, "李小海", 16100000032, "驾驶", None, 4, "赵 云", "16100000034", "电工/木工"],
        [5, "钱多多", 16100000035, None, None, None, None, None, None],
    ]
    judged = volunteering(xlsx(rows), "通讯录.xlsx")
    assert [(one.ref.number, one.ref.block, one.draft.person.name) for one in outcomes(judged)] == [
        (3, 0, "张大山"), (3, 1, "王小丽"), (4, 0, "李小海"), (4, 1, "赵云"), (5, 0, "钱多多")]
    assert outcomes(judged)[3].draft.skills == ("电工", "木工")
    assert {one.draft.team for one in outcomes(judged)} == {"红心志愿服务队"}


def test_without_a_header_columns_say_what_they_are():
    rows = [
        [1, "刘德明", "男", ONE, "16100000011", "桂花巷12号3-2-501"], [2, "陈玉兰", "女", TWO, "16100000012", "桂花巷12号3-2-501"],
        [3, "周小川", "男", THREE, None, "桂花巷12号3-2-502"], [4, "何敏", "女", "未提供", "16100000014", "桂花巷12号3-2-503"],
    ]
    (judged,) = register(delimited(rows, encoding="gb18030"), "无表头.csv")
    assert columns(judged) == {"B": "name", "C": "sex", "D": "id_number", "E": "phone", "F": "address"}
    assert "no_header" in judged.notes
    assert accepted([judged])[2].place.door == "501"


def test_a_header_that_its_cells_contradict_gives_way():
    rows = [["姓名", "联系电话", "身份证号", "与户主关系"], *[["王大有", ONE, "16100000001", "户主"], ["李小花", TWO, "16100000002", "妻"]]]
    (judged,) = register(xlsx(rows), "花名册.xlsx")
    assert columns(judged) == {"A": "name", "B": "id_number", "C": "phone", "D": "relation"}


def test_an_unknown_word_for_the_name_is_seen_by_its_cells():
    rows = [["当家的", "身份证号", "住址"], ["王大有", ONE, "1栋101"], ["李小花", TWO, "1栋102"], ["周小川", THREE, "1栋103"]]
    assert [draft.person.name for draft in accepted(register(xlsx(rows), "居民花名册.xlsx")).values()] == ["王大有", "李小花", "周小川"]


def test_a_repeated_header_may_come_in_another_order():
    rows = [
        ["姓名", "身份证号", "电话", "住址"], ["王大有", ONE, "16100000001", "1栋101"],
        ["电话", "姓名", "住址", "身份证号"], ["16100000002", "李小花", "1栋102", TWO],
    ]
    people = accepted(register(xlsx(rows), "居民花名册.xlsx"))
    assert (people[4].person.name, people[4].person.id_number) == ("李小花", TWO)


def test_unknown_columns_are_kept():
    rows = [["姓名", "身份证号", "民族", "宠物", "住址"], ["王大有", ONE, "汉", "养狗", "1栋101"]]
    assert accepted(register(xlsx(rows), "花名册.xlsx"))[2].extra == {"民族": "汉", "宠物": "养狗"}


def test_two_lists_in_one_sheet_are_told_apart():
    rows = [
        ["应急队名单"], ["姓名", "电话", "特长"], ["张大山", "16100000031", "水电"], [],
        ["值班安排"], ["日期", "班次", "岗位", "人员"], ["5.1", "早班", "门岗", "张大山"],
    ]
    judged = volunteering(xlsx(rows), "应急队.xlsx")
    assert [one.list_kind for one in judged] == ["volunteers", "duty_roster"]
    assert len(outcomes(judged)) == 1
