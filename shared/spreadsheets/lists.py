"""Which list is this? Every kind of list that communities keep, told apart by its headers and its title.

Kinds of other issues and services are here too: a list is recognised best against all it could be, and a person
who chose the wrong import is told where the list belongs instead of having every row refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from .fields import header_forms

THRESHOLD = 4.0
TITLE_WEIGHT_LIMIT = 6.0


@dataclass(frozen=True)
class KnownList:
    """`headers` and `titles` map patterns to weights; a negative weight speaks against. `needs`: each must be in a header."""

    key: str
    zh: str
    en: str
    service: str
    headers: dict[str, float]
    titles: dict[str, float] = field(default_factory=dict)
    needs: tuple[str, ...] = ()

    @cached_property
    def compiled(self) -> tuple[list[tuple[re.Pattern[str], float]], list[tuple[re.Pattern[str], float]], list[re.Pattern[str]]]:
        return (
            [(re.compile(pattern), weight) for pattern, weight in self.headers.items()],
            [(re.compile(pattern), weight) for pattern, weight in self.titles.items()],
            [re.compile(pattern) for pattern in self.needs],
        )

    def score(self, headers: Sequence[str], title: str) -> float:
        header_signs, title_signs, needs = self.compiled
        if not all(any(need.search(header) for header in headers) for need in needs):
            return 0.0
        points = sum(weight for sign, weight in header_signs if any(sign.search(header) for header in headers))
        spoken = sum(weight for sign, weight in title_signs if sign.search(title))
        return points + max(-TITLE_WEIGHT_LIMIT, min(TITLE_WEIGHT_LIMIT, spoken))


NAME = r"^(?:.{0,4}(?:姓名|名字)|承租人|租客|住户|居民|成员|人员|队员|志愿者|老人|长者|老年人|登记人|人名|name|家庭成员|租住人员?|服务对象|报名人|名)$"
PHONE = r"电话|手机|联系方式|号码$|phone|mobile|^tel"
PERSON = {r"身份证|证件号|身份号": 2, r"^(?:性别|男/?女)$": 0.5, r"出生|生日": 1, r"年龄|虚岁|周岁": 0.5, PHONE: 0.5, NAME: 1}
DWELLING = {r"住址|地址|居住地|住处": 1, r"院落|小区|楼院": 0.7, r"楼栋|^栋|^幢|楼号|栋号|^楼$|号楼": 0.7, r"单元|门牌|房号|^室|房间号?$": 0.7}

RESOURCES = "resources"
VOLUNTEER = "volunteer"
ELDERCARE = "eldercare"
MEDIATION = "mediation"

KNOWN_LISTS: tuple[KnownList, ...] = (
    KnownList(
        "residents", "居民花名册", "residents' register", RESOURCES,
        {**PERSON, **DWELLING, r"与?户主.{0,2}关系|^关系$|承租人关系|家庭关系|^称谓$": 2, r"户籍|户口|籍贯": 1, r"户号|户编号|家庭编号": 1.5, r"民族|文化程度|学历|婚姻|政治面貌": 0.7,
         r"住房性质|租住|入住|迁入|从业|职业|工作单位|党员": 0.7, r"户主姓名$": -0.5, r"特长|技能|可服务时间|签到|签名": -4, r"体温|第\d+天|慢病|过敏|血型": -3, r"隐患|存在问题|当事人": -5},
        {r"花名册|居民|住户|人口|摸排|信息采集|租住人员|租客|基础数据|底册|家庭登记|户籍|人员信息|人员登记|村民": 2, r"志愿|签到|需求|调查问卷|同乐|活动": -3},
        needs=(NAME + "|身份证|证件号",),
    ),
    KnownList(
        "elders", "老年人台账", "elders' list", RESOURCES,
        {**PERSON, **DWELLING, r"家属|监护人|赡养人|子女|紧急联系人": 1.5, r"与(?:老人|长者|本人)关系": 2, r"健康状况|身体状况|自理": 1.5, r"特殊类别|人员类别|老人类别|类别$|困难类型": 1, r"失能|独居|空巢|高龄": 1,
         r"^关系$|与户主": -0.5, r"特长|技能|可服务时间|签到|签名": -4, r"过敏|血型|档案号|建档": -4, r"服务频次|血压|心率": -6},
        {r"老年人|老人|长者|高龄|60岁|60周岁|80岁|一老|困境|养老|助老": 3, r"志愿|签到|健康档案|照护计划|商家|服务清单": -4},
        needs=(NAME + "|身份证|证件号",),
    ),
    KnownList(
        "households", "住户登记（每户一行）", "list of households", RESOURCES,
        {**DWELLING, r"户主姓名|^户主$|^业主$|业主姓名|户主名|房主": 2.5, r"人口数|家庭人口|在家人数|常住人[数口]|同住人数|居住人数|^人数$|家庭人数|几口人": 2.5, PHONE: 0.5, r"空置|入住状态|居住状态|外地返回|外出": 1,
         r"与?户主.{0,2}关系|^关系$|^姓名$|居民姓名": -3, r"身份证|出生": -1, r"分摊|已交|意见": -5, r"房东|出租屋": -2},
        {r"住户|户|家庭": 1.5},
        needs=(r"户主|业主|房主|住户|家庭代表", r"房|门牌|室|栋|幢|楼|地址|住址"),
    ),
    KnownList(
        "rental_houses", "出租屋台账", "rental houses", RESOURCES,
        {r"出租屋编号|房屋编号|出租房编号|房源编号|出租.*编[号码]": 2, r"房东|业主|房主|出租人": 2.5, r"层数|楼层数|^层$|总层": 2, r"房间数|间数|套数|出租间|房数": 2.5, r"灭火器|烟感|消防|应急灯|喷淋": 1, r"电动车": 0.5, r"地址|住址|门牌": 1,
         r"隐患|存在问题|巡查|检查日期|整改|复查": -5, r"喷淋|逃生绳|指示牌|消防铃": -2, r"^姓名$|与承租人关系": -3},
        {r"出租屋台账|出租房|出租屋|租赁房|房东|房屋": 2, r"需求|加装|巡查|检查|隐患|租住人员|租客": -4},
        needs=(r"房东|业主|房主|出租人|出租屋|出租房",),
    ),
    KnownList(
        "courtyards", "院落（小区）基本情况", "courtyards and estates", RESOURCES,
        {r"院落名|小区名|楼院名|^小区$|^院落$|^楼院$|小区院落|院落": 2, r"经度|纬度|经纬度|坐标": 2.5, r"楼栋数|栋数|幢数|楼数|楼宇数": 2.5, r"户数": 2, r"建成|建筑年[代份]|建造年": 1.5, r"物业|门岗|门禁": 1, r"加装电梯|改造": 1,
         r"负责人|院委会|微网长|网格长|楼院长|管理员|院长": 1, r"^姓名$|身份证|关系$": -4, r"隐患|巡查": -4, r"周一|周二": -4},
        {r"院落|小区|楼院": 1, r"基本情况|概况|一览|信息": 1.5, r"排班|值守|巡查": -4},
        needs=(r"院落|小区|楼院|院名",),
    ),
    KnownList(
        "communities", "社区通讯录", "contacts of communities", RESOURCES,
        {r"^社区$|社区名|村居|村\(社区\)|社区\(村\)|成员社区|单位名称": 2, r"区/街道|^区$|区县|街道|所属区|行政区|办事处|镇街": 2, r"联系人|负责人|书记|主任|对接人": 1.5, PHONE: 1, r"入群|加入日期|入网": 2,
         r"^姓名$|居民姓名|身份证": -3, r"需求|物资|数量|份数|捐赠|口罩": -5, r"签到|服务时长": -3, r"签订|协议|期限": -4},
        {r"通讯录|社区名[单录]|联系方式|联络": 3, r"需求|发放|捐赠|慰问": -5},
        needs=(r"社区|村居|居委会|村\(",),
    ),
    KnownList(
        "organisations", "单位与资源清单", "organisations and what they offer", RESOURCES,
        {r"资源单位|单位名称|机构名|组织名|商家名|商户名|店名|企业名|团体名|服务商|社会组织": 3.5, r"联系人|负责人|法人|对接人": 1, PHONE: 0.5, r"可提供|服务内容|服务项目|提供服务|优惠内容|主营|业务范围": 2, r"资质|许可|执照|统一社会信用": 2, r"地址": 0.5, r"类型|类别": 0.5,
         r"签订|合作期限|协议": -6, r"金额|收据": -4, r"^姓名$|身份证": -3},
        {r"资源清单|商家名单|名录|社会组织|单位名单|共建单位|服务商": 2.5, r"协议|捐赠意向|物资": -4},
        needs=(r"单位|机构|组织|商家|商户|店名|企业|团体|服务商",),
    ),
    KnownList(
        "stock_lots", "物资入库及批次", "stock by lot", RESOURCES,
        {r"物资|品名|物品|货品|商品|产品|^名称$|材料": 2, r"批号|批次|生产批": 2.5, r"入库|到货|收货|接收日期|验收": 2.5, r"生产日期|出厂": 2, r"有效期|保质期|到期|失效": 2, r"存放|库位|货架|仓库|存储|保管": 1.5, r"数量|库存|结存|件数": 1, r"单位|规格": 0.5,
         r"捐赠方|捐赠人|指定": -3, r"领取|发放|签收|出库日期|领用": -4, r"需求|申请": -5, r"积分": -6},
        {r"入库|库存|批次|物资台账|物资清单|仓库|盘点|物资": 2, r"意向|发放|领用|出库|需求|慰问": -5},
        needs=(r"物资|品名|物品|货品|商品|产品|^名称|材料", r"数量|库存|结存|件数"),
    ),
    KnownList(
        "stock_issues", "物资发放登记", "goods handed out", RESOURCES,
        {r"发放|领用|出库|发出|领取": 3, r"领取人|签收|领用人|签领|接收人": 2.5, r"领取社区|领取单位|领用部门|接收单位|^社区$|社区名": 1.5, r"物资|品名|物品": 1.5, r"数量|份数|件数": 1.5, r"单位": 0.3, r"日期|时间": 0.5, r"批号|生产日期|有效期": -2, r"捐赠方|指定": -4, r"需求": -5, r"积分": -5, r"金额": -3},
        {r"发放|领用|出库|领取|慰问|分发|派发": 3, r"意向|需求|入库|签到": -4},
        needs=(r"数量|份数|件数", r"领|发放|签收|出库|接收|社区"),
    ),
    KnownList(
        "volunteers", "志愿者名单", "volunteers", VOLUNTEER,
        {NAME: 1, r"特长|技能|专长|擅长": 3, r"持证|证书|资格|资质": 1.5, r"可服务|服务时间|服务时段|空闲时间|可参加时间": 3, r"入队|加入日期|加入时间|注册日期|报名日期": 2, r"职务|队内|岗位|角色": 1, r"小分队|分队|队伍|服务队|所在队|小队": 1.5, r"学校|院系|专业|年级|高校": 1.5, r"志愿者编号|志愿者证|服务意愿|服务意向|身份/工种|工种": 1.5,
         PHONE: 0.5, r"身份证": 0.3, r"与?户主.{0,2}关系|^关系$": -2, r"签到|签名|签字": -4, r"服务时长|时长|活动$|活动名称|人次": -4, r"隐患|当事人|班次|积分|体温|慢病": -5, r"优惠|资源单位": -4},
        {r"志愿|义工|队员|服务队|联防队|骨干|工作室成员|自组织|队伍|应急队|小分队|巡逻队|名册": 2.5, r"签到|排班|统计|参与记录|积分|巡查|隐患": -5},
        needs=(NAME,),
    ),
    KnownList(
        "patrols", "隐患巡查记录", "patrol records", VOLUNTEER,
        {r"隐患|存在问题|问题描述|问题内容|检查情况|排查情况|发现问题|问题$": 4, r"巡查日期|检查日期|排查日期|发现日期|巡查时间|检查时间|排查时间|发现时间": 2.5, r"巡查人|检查人|排查人|发现人|巡查员|上报人": 1.5, r"等级|风险|严重程度|级别": 1, r"整改|处置|处理": 1.5, r"复查|销号": 1.5, r"地点|部位|位置|院落|出租屋": 1, r"当事人|调解|血压|需求": -5},
        {r"巡查|隐患|排查|安全检查|检查记录|巡逻": 3, r"培训|签到|应急演练|人员摸排|人员排查|入户摸排": -4},
        needs=(r"隐患|问题|检查情况|排查情况",),
    ),
    KnownList("needs", "需求收集表", "needs", RESOURCES, {r"需求": 4, r"上报时间|提交时间": 2, r"社区": 0.5, r"喷淋|烟感|应急灯|逃生": 2}, {r"需求": 4, r"问卷|隔离": -3}),
    KnownList("donations", "捐赠意向登记", "donation offers", RESOURCES, {r"捐赠方|捐赠人|捐赠单位": 3.5, r"指定": 2, r"物资|数量": 1.5}, {r"捐赠|意向": 4}),
    KnownList("fund", "基金收支", "fund receipts and payments", RESOURCES, {r"收据|凭证|票据": 4, r"金额": 2, r"捐赠|用途|审批": 1.5}, {r"基金|收支|收入|支出": 2}),
    KnownList("agreements", "合作协议台账", "agreements", RESOURCES, {r"合作单位": 3, r"签订": 3, r"期限": 3, r"合作内容": 2}, {r"协议|合同": 4}),
    KnownList("rewards", "积分兑换", "rewards and points", VOLUNTEER, {r"积分": 4, r"兑换": 3, r"库存": 0.5}, {r"积分|兑换|时间宝盒|时间银行": 3}),
    KnownList("sign_in", "签到表", "sign-in sheet", VOLUNTEER, {r"签到|签名|签字$": 4, NAME: 1, PHONE: 0.3}, {r"签到": 4}),
    KnownList("event_register", "活动参与登记", "people at an event", VOLUNTEER, {r"摊位|参与项目|参加活动": 4, NAME: 1, r"^人数$": 1}, {r"活动|同乐|参与登记": 3, r"参与记录": -2}),
    KnownList("service_records", "志愿服务记录", "service records", VOLUNTEER, {r"^活动|活动名称|服务内容": 2.5, r"时长|小时": 3, NAME: 1, r"日期": 1}, {r"参与记录|服务记录|服务时长": 3}),
    KnownList("service_figures", "服务统计", "service figures", VOLUNTEER, {r"人次": 4, r"周次|年度|月份|季度": 2.5, r"时长": 1}, {r"统计": 3}),
    KnownList("duty_roster", "值班排班表", "duty roster", VOLUNTEER, {r"班次|岗位|采样点": 3, r"周[一二三四五六日]": 4, r"^人员|值守人|值班人": 2}, {r"排班|值班|值守": 4}),
    KnownList("handovers", "交接班记录", "shift handovers", VOLUNTEER, {r"交接": 4, r"接班": 3, r"带班|值班": 2, r"班次": 1}, {r"交接": 4}),
    KnownList("gate_log", "进出登记", "gate log", VOLUNTEER, {r"进/?出|进出": 4, r"事由": 2, r"体温": 1.5, r"车牌": 0.5}, {r"进出|出入|门岗登记": 4}),
    KnownList("mediation_cases", "调解台账", "mediation cases", MEDIATION, {r"当事人": 4, r"案号|案由": 3, r"调解": 3, r"纠纷": 2}, {r"调解|矛盾|纠纷": 4}),
    KnownList("questionnaire", "调查问卷", "questionnaire", MEDIATION, {r"您|可多选|单选|多选": 4, r"答卷|问卷": 4, r"所用时间": 2}, {r"问卷|调查": 3}),
    KnownList("cost_shares", "费用分摊表", "shared costs", MEDIATION, {r"分摊": 5, r"已交": 2, r"意见": 1}, {r"分摊|加装电梯": 4}),
    KnownList("isolation", "隔离观察登记", "people isolated at home", ELDERCARE, {r"第1天|第\d+天": 5, r"解除": 3, r"返回来源|来源地": 2, r"体温": 2}, {r"隔离": 4}),
    KnownList("shopping", "代买登记", "shopping for others", ELDERCARE, {r"购买物品|采购内容|代买": 4, r"下单人": 3, r"配送": 3, r"金额": 1}, {r"代买|代购": 4}),
    KnownList("health_files", "健康档案", "health files", ELDERCARE, {r"档案号|建档": 4, r"慢病|慢性病": 3, r"过敏": 3, r"血型": 3, r"签约医生|随访": 3}, {r"健康档案|体检": 5}),
    KnownList("vital_signs", "血压登记", "vital signs", ELDERCARE, {r"血压|mmhg": 6, r"心率|血糖": 3, r"测量": 2}, {r"血压|血糖|测量": 4}),
    KnownList("care_plans", "照护计划", "care plans", ELDERCARE, {r"服务频次|频次|频率": 5, r"护理员": 1.5, r"开始日期": 1.5}, {r"照护计划|一人一策|护理计划": 5}),
    KnownList("visits", "探访记录", "calls and visits", ELDERCARE, {r"^方式$|走访方式|探访方式": 3, r"^情况$|走访情况|探访情况": 3, r"时长": 1.5, r"护理员|探访人": 1.5}, {r"电话访|上门访|探访|走访记录|巡访": 4}),
    KnownList("service_catalogue", "服务清单", "catalogue of services", ELDERCARE, {r"^服务项目$|服务名称": 3, r"每次时长": 4, r"提供方": 2, r"^类别$": 0.5}, {r"服务清单|项服务": 4}),
    KnownList("report_forms", "上报表格清单", "forms to report", RESOURCES, {r"表格名称": 5, r"报送": 4, r"需填字段": 4}, {r"上报表格|表格清单": 4}),
)

BY_KEY = {known.key: known for known in KNOWN_LISTS}


def recognise(headers: Sequence[str], title: str) -> tuple[KnownList | None, float]:
    """The kind that fits best, and how well. None when nothing fits."""
    forms = [form for header in headers for form in dict.fromkeys(header_forms(header)) if form]
    best = max(KNOWN_LISTS, key=lambda known: known.score(forms, title))
    points = best.score(forms, title)
    return (best, points) if points >= THRESHOLD else (None, points)


HEADER_SIGNS = re.compile("|".join(sorted({sign for known in KNOWN_LISTS for sign, weight in known.headers.items() if weight > 0})))


def sounds_like_header(header: str) -> bool:
    """True for a short text that some list uses as a column's name."""
    whole, bare = header_forms(header)
    return 0 < len(whole) <= 24 and bool(HEADER_SIGNS.search(whole) or HEADER_SIGNS.search(bare) or bare in GENERAL_HEADERS)


GENERAL_HEADERS = frozenset("序号 编号 备注 日期 时间 说明 单位 数量 地点 状态 类型 类别 金额 名称 内容 情况 年龄 性别 民族 职务 人数".split())
