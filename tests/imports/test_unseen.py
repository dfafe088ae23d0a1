"""The next community's files: other headers, other columns, other mess. Nobody tuned a list of words to them."""

from datetime import date

from services.resources.imports.known import KnownRegister
from services.volunteer.imports.known import KnownVolunteers
from tests.imports.looking import accepted, linked, outcomes, refused, register, volunteering, warned
from tests.imports.writing import delimited, html, valid_id, xlsx

ONE, TWO, THREE = valid_id("19580312"), valid_id("19620708", 998), valid_id("19900101", 996)


def test_a_villages_register_as_tabs_in_utf_16_called_xls():
    rows = [
        ["丰收村村民登记"], [], ["编号", "公民身份证号码", "称谓", "名字", "联系号码", "村民小组", "现居住地址"],
        [1, ONE, "户主", "王大有", "161-0000-0021", "3组", "丰收村3组12号"],
        [2, TWO, "配偶", "李 桂英", "１６１００００００２２", "3组", "丰收村3组12号"],
        [3, None, "子", None, None, "3组", "丰收村3组12号"], ["总计", "3人"], ["注：以上为常住人口"],
    ]
    judged = register(delimited(rows, encoding="utf-16", delimiter="\t"), "村民.xls")
    people = accepted(judged)
    assert (list(people), refused(judged)) == ([4, 5], [(6, "missing_name")])
    assert people[4].household_key == people[5].household_key != ""
    assert people[5].person.phone_numbers == {"16100000022"}


def test_a_register_with_everything_in_three_columns():
    rows = [
        ["姓名及电话", "证件号", "房间号", "是否户籍"],
        ["赵明 16100000201", ONE, "3-2-501", "户籍"], ["钱芳（16100000202）", TWO, "3栋2单元501", "租住"],
        ["孙立", "H12345678", "3-2-502", None],
    ]
    people = accepted(register(xlsx({"龙湾小区": rows}), "龙湾小区住户花名册.xlsx"))
    assert [draft.person.name for draft in people.values()] == ["赵明", "钱芳", "孙立"]
    assert people[2].person.phone_numbers == {"16100000201"}
    assert people[2].household_key == people[3].household_key
    assert people[4].person.id_text == "H12345678"


def test_elders_with_a_column_for_every_trait():
    rows = [
        ["xx社区高龄独居老人关爱表"],
        ["老人姓名", "性别", "出生年月", "身份证号", "居住地址", "是否独居", "低保", "失能", "紧急联系人", "紧急联系人电话", "与老人关系", "联系电话（本人）"],
        ["孙秀英", "女", "1962年7月", TWO, "桂花巷12号3栋1单元302", "是", "√", "否", "孙小军", "16100000091", "子", "16100000092"],
        ["孙 秀英", "女", "62.7.8", None, "桂花巷12号3栋1单元302", "是", None, None, "孙小军", "16100000091", "子", "16100000092"],
        ["周桂芳", "女", "农历1940年正月", "51010419400101", "新村2号", "否", None, "失能", None, None, None, None],
    ]
    judged = register(xlsx(rows), "关爱.xlsx")
    people = accepted(judged)
    assert (list(people), linked(judged)) == ([3, 5], [(4, 3)])
    assert (people[3].tags, people[5].tags) == (("独居", "低保"), ("失能",))
    assert people[3].family.phones[0].number == "16100000091"
    assert people[3].person.phone_numbers == {"16100000092"}
    assert {(5, "birth_date_lunar"), (5, "id_length")} <= warned(judged)


def test_households_with_cells_of_several_lines():
    text = (
        '栋号;单元号;房号;业主姓名;业主电话;常住人口;入住状态\n1;1;101;"王大\n（已售）";16100000061;3;自住\n1;1;102;;;;空置\n'
        '1;1;103;刘二;"16100000062\n16100000063";2人;出租\n1;1;101;王大;16100000061;3;自住\n'
    )
    judged = register(text.encode(), "楼栋住户.csv")
    homes = accepted(judged)
    assert (list(homes), linked(judged)) == ([2, 3, 4], [(5, 2)])
    assert homes[4].person.phone_numbers == {"16100000062", "16100000063"}
    assert (homes[2].person.remarks, homes[3].person.name) == (("已售",), "")


def test_estates_with_both_coordinates_in_one_cell():
    rows = [
        ["辖区居民小区一览表"],
        ["小区", "地址", "建成时间", "总户数", "楼幢数", "物业公司", "物业电话", "坐标", "院长", "院长电话"],
        ["幸福家园", "幸福路1号", "1998年", "320户", 6, "幸福物业", "028-85550000", "104.05,30.70", "张三", "16100000071"],
        ["平安小区", "平安路2号", 2001, None, "约12栋", "无", "/", "30.71，104.06", "李四", "16100000072"],
        [None, "平安路3号", 2002, 10, 1, None, None, None, None, None], ["总计", 2, None, None, 18],
    ]
    judged = register(xlsx(rows), "小区一览.xlsx")
    estates = accepted(judged)
    assert refused(judged) == [(5, "missing_name")]
    assert (estates[3].household_count, estates[3].building_count, estates[3].built_year) == (320, 6, 1998)
    assert (estates[4].point.longitude, estates[4].building_count) == (104.06, 12)
    assert estates[3].contact_phones == ("16100000071",)
    assert estates[3].extra["物业电话"] == "028-85550000"


def test_communities_of_a_street():
    rows = [
        ["街道村（社区）联络表"], ["村（社区）", "书记", "书记电话", "所属街道", "备注"],
        ["东湖社区", "王一", "16100000051", "城南街道", None], ["东湖居委会", "王一", "16100000051", "城南", None],
        ["西山村", "李二", "无", "城北街道", None], [None, "李三", "16100000053", "城北街道", None],
    ]
    judged = register(xlsx(rows), "联络表.xlsx")
    assert (list(accepted(judged)), linked(judged), refused(judged)) == ([3, 5], [(4, 3)], [(6, "missing_name")])


def test_a_stocktaking_in_packs_with_a_signature_below():
    rows = [
        ["仓库物资盘点表（2021年4月）"],
        ["品名", "规格型号", "库存数量", "计量单位", "批次号", "到货日期", "保质期至", "存放地点", "捐赠单位"],
        ["N95口罩", "50只/盒", "20盒", "只", "A1", "4.1", "2023年3月", "1号柜", "红十字会"],
        ["84消毒液", "5L", "-3", "桶", "B2", "2021.4.2", "18个月", "2号柜", None],
        ["烟雾报警器", None, "三十", "个", None, 44290, None, "2号柜", None],
        ["矿泉水", "24瓶/箱", "10箱（24瓶/箱）", "瓶", "C3", "2021/4/31", "2022.4.1", None, None],
        [None, None, 5, "个", None, None, None, None, None],
        ["N95口罩", "50只/盒", "20盒", "只", "A1", "2021-04-01", "2023/3/31", "1号柜", "红十字会"],
        ["对讲机", None, "6台", "台", None, None, None, "3号柜", None],
        ["合 计", None, "=SUM(C3:C9)", None], ["保管员：刘某"],
    ]
    judged = register(xlsx(rows), "盘点.xlsx")
    lots = accepted(judged)
    assert refused(judged) == [(4, "bad_quantity"), (6, "bad_date"), (7, "missing_item")]
    assert linked(judged) == [(8, 3)]
    assert (lots[3].item, lots[3].quantity, lots[3].unit, lots[3].expires_on) == ("mask", 1000, "piece", date(2023, 3, 31))
    assert (lots[5].item, lots[5].quantity, lots[5].received_on) == ("smoke_detector", 30, date(2021, 4, 4))
    assert (9, "item_unknown") in warned(judged)


def test_goods_handed_out_to_communities_named_in_short():
    rows = [
        ["消毒用品领用台账"], ["领用时间", "接收社区", "品名", "数量", "单位", "领用人"],
        ["2月9日", "莲湖区-东湖", "84消毒液", "3桶", "桶", "王一"], ["2.30", "东湖居委会", "84消毒液", 3, "桶", "王一"],
        ["2月10日", "无名", "84消毒液", 3, "桶", "李二"],
    ]
    known = KnownRegister(community_names=["东湖社区", "西山社区"])
    judged = register(xlsx(rows), "领用.xlsx", known)
    assert refused(judged) == [(4, "bad_date")]
    assert (accepted(judged)[3].recipient, accepted(judged)[3].issued_on) == ("东湖社区", date(2021, 2, 9))
    assert (5, "recipient_unknown") in warned(judged)


def test_volunteers_with_certificates_and_a_squad_in_short():
    rows = [
        ["“和风”应急服务队队员登记表"],
        ["成员", "手机号", "所属小分队", "队内职务", "擅长", "证书", "可参加时间", "注册日期", "爱好"],
        ["陈晓", "16100000101", "22号院", "大队长", "水电/医疗", "低压电工证（2024年2月到期）、急救员证", "周末", "2021.3.4", "钓鱼"],
        ["林 木", "１６１００００００１０２", "银沙北街22号院", "副队长", "驾驶", "无", "随叫随到", 44260, None],
        [None, "16100000104", "22号院", "队员", None, None, None, None, None],
        ["陈晓", "16100000101 16100000103", None, "文书", "摄影", None, None, None, None],
        ["=cmd|' /C calc'!A0", "16100000105", None, None, None, None, None, None, None],
    ]
    judged = volunteering(xlsx(rows), "登记表.xlsx", KnownVolunteers(courtyard_names=["银沙北街22号院"]))
    people = accepted(judged)
    assert (list(people), linked(judged), refused(judged)) == ([3, 4], [(6, 3)], [(5, "missing_name"), (7, "missing_name")])
    assert {draft.courtyard for draft in people.values()} == {"银沙北街22号院"}
    assert (people[3].team, people[3].role, people[4].role) == ("和风", "leader", "deputy")
    assert [(one.name, one.valid_until) for one in people[3].qualifications] == [("低压电工证", date(2024, 2, 29)), ("急救员证", None)]
    assert people[4].joined_on == date(2021, 3, 5)
    assert people[3].extra == {"爱好": "钓鱼"}
    (link,) = [one for one in outcomes(judged) if one.ref.number == 6]
    assert link.adds["skills"] == ("摄影",)


def test_a_patrol_ledger_as_html_without_years():
    rows = [
        ["滨江社区安全隐患排查整改台账"],
        ["隐患编号", "排查时间", "排查人员", "排查地点", "发现的问题", "风险等级", "整改完成时间", "整改情况"],
        ["YH-001", "5月3日", "王刚、李敏", "锦城苑3栋2单元楼道", "楼道堆满杂物；电动车上楼充电", "一般", "5月6日", "已完成"],
        ["YH-002", "5.4", "王刚", "清水湾南门口", "窨井盖破损", "较大", "", "正在整改"],
        ["YH-003", "2月30日", "王刚", "清水湾1栋", "灭火器欠压", "一般", "", ""],
        ["YH-004", "5月5日", "王刚", "", "消防通道停车", "重大", "", "未整改"],
        ["YH-005", "5月5日", "王刚", "清水湾1栋", "作废", "", "", ""],
        ["YH-001", "2021/5/3", "李敏", "锦城苑3栋2单元楼道", "楼道堆满杂物", "一般", "", "已完成"],
        ["YH-006", "5月7日", "李敏", "清水湾2栋", "墙面渗水", "四级", "5月35日", ""],
        ["YH-007", "5月7日", "李敏", "清水湾3栋", "", "四级", "", ""], ["合计", "7处"],
    ]
    judged = volunteering(html(rows), "排查台账.xls")
    found = accepted(judged)
    assert refused(judged) == [(5, "bad_date"), (6, "missing_place"), (7, "void_record"), (10, "missing_hazard")]
    assert linked(judged) == [(8, 3)]
    assert (found[3].place.courtyard, found[3].spot, found[3].found_on) == ("锦城苑", "3栋2单元楼道", date(2021, 5, 3))
    assert [hazard.kind for hazard in found[3].hazards] == ["stairway_clutter", "stairway_ebike_charging"]
    assert (found[3].state, found[3].severity, found[4].state, found[4].severity) == ("fixed", 1, "open", 2)
    assert found[3].found_by == ("王刚", "李敏")
    assert {(9, "hazard_unknown"), (9, "other_date_wrong")} <= warned(judged)


def test_a_ledger_of_what_came_and_went_counts_what_is_left():
    rows = [
        ["物资台账"], ["名称", "入库数量", "出库数量", "结存", "单位", "入库时间"],
        ["口罩", 500, 300, "200只", "只", "2021.4.1"], ["消毒液", "4桶", 0, None, "桶", "2021.4.2"],
    ]
    assert [lot.quantity for lot in accepted(register(xlsx(rows), "台账.xlsx")).values()] == [200, 4]


def test_a_patrol_notebook_with_courtyard_and_spot_apart():
    rows = [
        ["夜间巡查登记"], ["日期", "小区", "地点", "问题", "处理情况", "巡查员"],
        ["2021.5.2", "丽景花园", "3栋1单元楼梯间", "电动车在楼道充电", "已整改", "王刚"],
        ["2021.5.2", None, "3栋1单元楼梯间", "井盖松动", "未处理", "王刚"],
        ["2021.5.2", None, "丽景花园南门", "井盖松动", "已报物业", "王刚"],
        ["2021.5.2", "丽景花园", "4栋", "井盖松动", "报物业", "王刚"],
    ]
    judged = volunteering(xlsx(rows), "夜巡.xlsx", KnownVolunteers(courtyard_names=["丽景花园"]))
    found = accepted(judged)
    assert refused(judged) == [(4, "missing_place")]
    assert [(draft.place.courtyard, draft.spot, draft.state) for draft in found.values()] == [
        ("丽景花园", "3栋1单元楼梯间", "fixed"), ("丽景花园", "南门", "open"), ("丽景花园", "4栋", "open")]


def test_a_small_register_whose_header_stands_deep_under_notes():
    notes = [[f"说明第{number}条：请如实填写，不得遗漏"] for number in range(1, 25)]
    rows = [["居民信息"], *notes, ["NO.", "姓 名", "性 别", "二代证号", "手 机", "详细地址"], [1, "王大有", "男", ONE, "16100000001", "幸福路1号2栋3单元401"]]
    assert list(accepted(register(xlsx(rows), "表.xlsx"))) == [27]


def test_a_list_of_goods_that_were_only_asked_for_is_not_stock():
    rows = [["各社区物资需求汇总"], ["社区", "物资名称", "需求数量", "联系人", "电话"], ["东湖社区", "口罩", 500, "王一", "16100000051"]]
    (judged,) = register(xlsx(rows), "需求.xlsx")
    assert (judged.list_kind, judged.foreign) == ("needs", True)
