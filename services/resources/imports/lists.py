"""The lists that resources imports, and the words their headers use."""

from shared.spreadsheets.fields import Field, ListKind, extend
from shared.spreadsheets.vocabulary import (
    ADDRESS, BUILDING, COURTYARD, GROUP, HOUSE_CODE, ID_NUMBER, NOTE, PERSON_FIELDS, PHONE, PLACE_FIELDS, RELATION, SERIAL, SUB_COMMUNITY, TAG_WORDS,
)

HOUSEHOLD_NUMBER = Field("household_number", words="户号 户编号 家庭编号 户口簿号 家庭户号 户口编号 住户编号 户序号 户口本号 户次", pattern="户编号|户口簿号|家庭编号", fills=True)
RESIDENCE = Field(
    "residence",
    words="户籍 户籍类别 户籍性质 户籍状态 居住类型 居住性质 居住状况 居住情况 本村/租户 人口类型 人户状况 人户分离 户口性质 户口类型 户别 户口 人口性质 人员类型 是否户籍 常住/流动 人口类别 本地/外地 户籍情况 人户情况",
    pattern="户籍(?!地|所在|住址)|人户|居住(?:类型|性质|状况|情况)|户口(?:性质|类型)|人口(?:类型|类别|性质)|租户|常住",
    unless="地址|所在地|人数|编号|姓名|数$",
)
REGISTERED_ADDRESS = Field("registered_address", words="户籍地 户籍地址 户籍所在地 户口所在地 籍贯 原籍 来源地 户籍住址 户口地址 身份证地址", pattern="户籍.*(?:地|址)|户口.*(?:地|址)|籍贯|原籍")
HOUSING = Field("housing", words="住房性质 房屋性质 产权 住房类型 自有/租住 房屋类型 房屋用途 住房情况 产权性质", pattern="住房(?:性质|类型|情况)|房屋性质|产权")
EMPLOYER = Field("employer", words="单位 工作单位 从业 职业 就业单位 工作 从业情况 就业情况 服务处所 所在单位 工作单位/学校 原工作单位 就业状况", pattern="工作单位|职业|从业|就业")
HEALTH = Field("health", words="健康状况 身体状况 健康情况 身体情况 自理能力 疾病 疾病情况 慢病 慢性病 既往病史 病史 患病情况 健康", pattern="健康|身体状况|自理|疾病|病史")
MOVED_IN = Field("moved_in", words="入住日期 入住时间 迁入日期 迁入时间 来本地时间 起租日期 租住日期 居住起始日期", pattern="入住|迁入|起租")
TAGS = Field(
    "tags",
    words="特殊类别 人员类别 特殊群体 类别 困难类型 重点人群 标签 特殊身份 身份类别 老人类别 老人类型 特殊情况 人员属性 人群分类 群体类型 重点人员类别 对象类别 困难类别 关爱类别 人群类别 服务对象类别",
    pattern="特殊(?:类别|群体|身份|人群)|人员类别|老人类[别型]|困难类|重点人群|人群(?:分类|类别)",
)
FLAG = Field("flag", words=" ".join(sorted(TAG_WORDS)), pattern=r"^是否(?:党员|低保|残疾|独居|空巢|失独|特困|优抚|孤寡|退役|高龄|失能|重点|志愿者|贫困|五保|军属)")
HEAD_NAME = Field("head_name", words="户主姓名 户主 户主名 户主名字", pattern="户主.*(?:姓名|名字)")

RESIDENTS = ListKind("residents", extend(
    (*PERSON_FIELDS, RELATION, *PLACE_FIELDS),
    HEAD_NAME, HOUSEHOLD_NUMBER, REGISTERED_ADDRESS, FLAG, RESIDENCE, HOUSING, EMPLOYER, HEALTH, MOVED_IN, TAGS,
))
ELDERS = ListKind("elders", RESIDENTS.fields)

HOUSEHOLDS = ListKind("households", (
    SERIAL,
    Field("head_name", words="户主姓名 户主 户主名 户主名字 业主 业主姓名 房主 房主姓名 姓名 住户姓名 住户 家庭代表 联系人 承租人 居民姓名 户代表", pattern="户主|业主|房主|姓名"),
    Field("people_count", words="在家人数 人口数 家庭人数 家庭人口 常住人数 同住人数 人数 现住人数 居住人数 家庭人口数 常住人口 几口人 实住人数 户内人数 居住人口", pattern="人数|人口|几口人"),
    ID_NUMBER, Field("phone", PHONE.words + " 户主电话 业主电话 联系人电话 户主手机 业主手机 户主联系方式", PHONE.pattern, "紧急|家属|网格|物业|楼栋长"),
    NOTE, HOUSEHOLD_NUMBER, *PLACE_FIELDS,
))

RENTAL_HOUSES = ListKind("rental_houses", (
    SERIAL, HOUSE_CODE,
    Field("id_number", words="房东身份证号 房东身份证 房东证件号码 业主身份证号 出租人身份证号 房主身份证号 身份证号 身份证号码", pattern="身份证|证件号"),
    Field("phone", words="房东电话 房东手机 房东联系方式 业主电话 业主联系方式 出租人电话 房主电话 电话 手机 联系电话 联系方式 电话号码", pattern="电话|手机|联系方式", unless="租客|承租|二房东|管理|网格"),
    Field("name", words="房东姓名 房东 业主 业主姓名 出租人 出租人姓名 房主 房主姓名 产权人 屋主 户主姓名 户主", pattern="(?:房东|业主|出租人|房主|屋主|产权人).*(?:姓名|名字)?$", unless="电话|身份证|手机|联系|住址|地址|二房东"),
    Field("storeys", words="层数 楼层数 层 总层数 楼层 房屋层数 栋层数", pattern="层数|总层"),
    Field("rooms", words="房间数 间数 套数 房间 出租间数 房间数量 出租房间数 房数 出租套数 单间数 总间数", pattern="间数|套数|房间数|房数"),
    Field("address", words=ADDRESS.words + " 房屋坐落 坐落 出租屋地址 出租房地址 房屋位置 门牌 门牌号", pattern="地址|住址|坐落", unless="房东|户籍|业主"),
    COURTYARD, BUILDING, GROUP, SUB_COMMUNITY, NOTE,
))

COURTYARDS = ListKind("courtyards", (
    SERIAL,
    Field("courtyard_name", words="院落名称 小区名称 楼院名称 院落 小区 楼院 小区院落 院名 名称 小区名 院落(小区)名称 小区(院落) 小区(院落)名称 院落/小区 小区/院落 居住小区 住宅小区", pattern="(?:院落|小区|楼院).*名|^(?:院落|小区|楼院)$"),
    Field("former_names", words="曾用名 原名 俗称 别名 又名 旧名 原单位 其他名称", pattern="曾用|俗称|别名|原名"),
    Field("longitude", words="经度 东经 lng lon longitude x 经度(e)", pattern="经度|longitude", unless="纬"),
    Field("latitude", words="纬度 北纬 lat latitude y 纬度(n)", pattern="纬度|latitude", unless="经"),
    Field("point", words="经纬度 坐标 位置坐标 地理坐标 gps", pattern="经纬|坐标"),
    Field("building_count", words="楼栋数 栋数 幢数 楼数 楼宇数 楼栋数量 楼栋 楼幢数 总栋数 楼房数 居民楼数 楼栋总数", pattern="[栋幢]数|楼数|楼宇数|楼栋数|居民楼"),
    Field("household_count", words="户数 总户数 居民户数 住户数 户 居民数(户) 总户 户数(户) 居住户数 入住户数", pattern="户数"),
    Field("built_year", words="建成年份 建成时间 建成年代 建筑年代 建造年份 建设年代 竣工时间 修建年份 建成 建造年代 建筑年份 交付时间", pattern="建成|建[筑造设]年|竣工|修建"),
    Field("gate", words="门岗设置 门岗 门禁 门岗情况 出入口 门卫 门岗设施", pattern="门岗|门卫|出入口"),
    Field("management", words="物业情况 物业 物业公司 物业名称 管理单位 管理方式 物业类型 物业管理 物业服务企业", pattern="物业|管理(?:单位|方式)", unless="电话|经理|联系|负责"),
    Field("contact_phone", words="负责人电话 微网长电话 联系电话 联系方式 电话 手机 院长电话 院委会电话 网格长电话 管理员电话 楼院长电话 负责人联系方式 手机号", pattern="电话|手机|联系方式"),
    Field("contact_name", words="院委会负责人 负责人 微网长 网格长 院长 楼院长 联系人 管理员 小区负责人 院落负责人 业委会主任 网格员 物业经理 院落长 自管会负责人 楼栋长 负责人姓名 联系人姓名", pattern="负责人|微网长|网格[长员]|院长|联系人|主任"),
    SUB_COMMUNITY, NOTE,
))

COMMUNITIES = ListKind("communities", (
    SERIAL,
    Field("community_name", words="社区 社区名称 村居 社区(村) 村(社区) 居委会 成员社区 单位名称 社区/村 村/社区 所在社区 社区名 名称 村居名称 居委会名称 单位", pattern="社区|村居|居委会", unless="电话|负责|书记|主任|联系"),
    Field("district", words="区/街道 区 区县 街道 所属区 行政区 办事处 镇街 所属街道 街道办 区(街道) 所在区 区域 街办 区/街办 县区", pattern="区县|街道|办事处|镇街|街办|行政区"),
    Field("contact_phone", words="手机 电话 联系电话 联系方式 电话号码 手机号码 手机号 负责人电话 联系人电话 书记电话", pattern="电话|手机|联系方式"),
    Field("contact_name", words="联系人 负责人 书记 主任 对接人 联系人姓名 负责人姓名 姓名 联络人 联络员 社区书记 社区主任", pattern="联系人|负责人|书记|主任|对接人|联络"),
    Field("joined_on", words="入群日期 入群时间 加入日期 加入时间 入网日期 登记日期 日期", pattern="入群|加入|入网|日期"),
    NOTE,
))

ORGANISATIONS = ListKind("organisations", (
    SERIAL,
    Field("organisation_name", words="资源单位 单位名称 机构名称 组织名称 商家名称 商户名称 店名 企业名称 团体名称 服务商 社会组织 社会组织名称 单位 机构 名称 商家 商户 共建单位 服务商名称 公司名称", pattern="(?:单位|机构|组织|商家|商户|企业|团体|公司|店).*名|资源单位|服务商|共建单位", unless="电话|联系"),
    Field("services", words="可提供服务 服务内容 服务项目 提供服务 优惠内容 主营 业务范围 主营业务 可提供资源 资源内容 提供资源 服务 优惠 经营范围", pattern="提供|服务内容|服务项目|优惠|业务|主营|经营范围"),
    Field("phone", words="手机 电话 联系电话 联系方式 电话号码 手机号码 负责人电话 联系人电话 手机号", pattern="电话|手机|联系方式"),
    Field("contact_name", words="联系人 负责人 法人 对接人 联系人姓名 负责人姓名 店主 老板 法定代表人 经营者", pattern="联系人|负责人|法人|对接人|店主|经营者|代表人"),
    Field("since", words="引入日期 引入时间 加入日期 加入时间 签约日期 登记日期", pattern="引入|加入|登记日期"),
    Field("kind", words="类型 类别 单位类型 机构类型 性质 单位性质 行业", pattern="类型|类别|性质|行业"),
    Field("address", words="地址 单位地址 店铺地址 经营地址 住所 详细地址", pattern="地址"),
    NOTE,
))

ITEM = Field("item", words="物资名称 品名 物品名称 名称 物品 货品 货品名称 物资 商品名称 产品名称 材料名称 品种 物料名称 商品 物品/物资", pattern="物资|品名|物品|货品|商品|产品|材料|物料", unless="编号|编码|单位|类别|日期|数量|来源|规格")
QUANTITY = Field("quantity", words="数量 库存 库存数量 入库数量 现有数量 结存 件数 份数 数目 总数量 数量(个) 发放数量 领取数量 领用数量 库存量 入库数 发放份数 实收数量 发放数", pattern="数量|库存|结存|件数|份数", unless="单位|最低|预警|安全")
MEASURE = Field("unit", words="单位(量) 单位 计量单位 计量 量词 单位量 数量单位", pattern="单位$|计量", unless="捐赠|领取|接收|生产|供货|领用|存放|来源")

STOCK_LOTS = ListKind("stock_lots", (
    SERIAL,
    Field("lot_number", words="批号 批次 批次号 生产批号 产品批号 批 批号/批次 lot", pattern="批号|批次"),
    Field("received_on", words="入库日期 入库时间 到货日期 收货日期 接收日期 验收日期 登记日期 日期 进货日期", pattern="入库(?:日期|时间)|到货|收货|接收日期|验收|进货日期"),
    Field("made_on", words="生产日期 出厂日期 制造日期 生产时间", pattern="生产日期|出厂|制造"),
    Field("expiry", words="有效期至 有效期 保质期 保质期至 到期日期 失效日期 有效日期 到期日 过期日期 使用期限 到期时间 效期", pattern="有效|保质|到期|失效|效期|过期"),
    Field("location", words="存放位置 存放地点 库位 货架 仓库 存储位置 存放处 位置 库房 放置位置 保管位置 存放", pattern="存放|库位|货架|仓库|存储|位置"),
    Field("source", words="来源 物资来源 捐赠单位 捐赠方 供货单位 供应商 来源单位 捐赠人", pattern="来源|供货|供应商|捐赠"),
    Field("specification", words="规格 规格型号 型号 包装规格", pattern="规格|型号"),
    ITEM, QUANTITY, MEASURE, NOTE,
))

STOCK_ISSUES = ListKind("stock_issues", (
    SERIAL,
    Field("issued_on", words="发放日期 发放时间 领用日期 领取日期 出库日期 领取时间 日期 时间 发出日期 出库时间 派发日期 慰问日期 签收日期", pattern="日期|时间"),
    Field("received_by", words="领取人 签收人 领用人 签领人 接收人 领取人签字 签收 经手人 领取签字 收货人 签字", pattern="领取人|签收|领用人|签领|接收人|收货人"),
    Field("recipient", words="领取社区 领取单位 领用部门 领用单位 接收单位 社区 社区名称 收货单位 接收社区 发放社区 去向 发放对象 领取对象 受助社区 单位名称", pattern="社区|领取单位|接收单位|领用(?:部门|单位)|去向|对象"),
    ITEM, QUANTITY, MEASURE, NOTE,
))

KINDS: dict[str, ListKind] = {kind.key: kind for kind in (RESIDENTS, ELDERS, HOUSEHOLDS, RENTAL_HOUSES, COURTYARDS, COMMUNITIES, ORGANISATIONS, STOCK_LOTS, STOCK_ISSUES)}

ROSTER_NEEDS = ("id_number", "phone", "birth_date", "address", "door", "building", "courtyard", "house_code", "relation", "head_name")
"""A list of people with none of these holds names only: it links and never creates."""

__all__ = ["KINDS", "ROSTER_NEEDS"]
