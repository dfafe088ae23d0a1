"""Lists of people and of what they live in, and the words their headers use."""

from shared.spreadsheets.fields import Field, ListKind, extend
from shared.spreadsheets.vocabulary import (
    ADDRESS,
    BUILDING,
    COURTYARD,
    GROUP,
    HOUSE_CODE,
    ID_NUMBER,
    NOTE,
    PERSON_FIELDS,
    PHONE,
    PLACE_FIELDS,
    RELATION,
    SERIAL,
    SUB_COMMUNITY,
    TAG_WORDS,
)

HOUSEHOLD_NUMBER = Field(
    "household_number",
    words="户号 户编号 家庭编号 户口簿号 家庭户号 户口编号 住户编号 户序号 户口本号 户次",
    pattern="户编号|户口簿号|家庭编号",
    fills=True,
)
RESIDENCE = Field(
    "residence",
    words=(
        "户籍 户籍类别 户籍性质 户籍状态 居住类型 居住性质 居住状况 居住情况 本村/租户 人口类型 人户状况 人户分离 "
        "户口性质 户口类型 户别 户口 人口性质 人员类型 是否户籍 常住/流动 人口类别 本地/外地 户籍情况 人户情况"
    ),
    pattern="户籍(?!地|所在|住址)|人户|居住(?:类型|性质|状况|情况)|户口(?:性质|类型)|人口(?:类型|类别|性质)|租户|常住",
    unless="地址|所在地|人数|编号|姓名|数$",
)
REGISTERED_ADDRESS = Field(
    "registered_address",
    words="户籍地 户籍地址 户籍所在地 户口所在地 籍贯 原籍 来源地 户籍住址 户口地址 身份证地址",
    pattern="户籍.*(?:地|址)|户口.*(?:地|址)|籍贯|原籍",
)
HOUSING = Field(
    "housing",
    words="住房性质 房屋性质 产权 住房类型 自有/租住 房屋类型 房屋用途 住房情况 产权性质",
    pattern="住房(?:性质|类型|情况)|房屋性质|产权",
)
EMPLOYER = Field(
    "employer",
    words="单位 工作单位 从业 职业 就业单位 工作 从业情况 就业情况 服务处所 所在单位 工作单位/学校 原工作单位 就业状况",
    pattern="工作单位|职业|从业|就业",
)
HEALTH = Field(
    "health",
    words="健康状况 身体状况 健康情况 身体情况 自理能力 疾病 疾病情况 慢病 慢性病 既往病史 病史 患病情况 健康",
    pattern="健康|身体状况|自理|疾病|病史",
)
MOVED_IN = Field(
    "moved_in",
    words="入住日期 入住时间 迁入日期 迁入时间 来本地时间 起租日期 租住日期 居住起始日期",
    pattern="入住|迁入|起租",
)
TAGS = Field(
    "tags",
    words=(
        "特殊类别 人员类别 特殊群体 类别 困难类型 重点人群 标签 特殊身份 身份类别 老人类别 老人类型 特殊情况 "
        "人员属性 人群分类 群体类型 重点人员类别 对象类别 困难类别 关爱类别 人群类别 服务对象类别"
    ),
    pattern="特殊(?:类别|群体|身份|人群)|人员类别|老人类[别型]|困难类|重点人群|人群(?:分类|类别)",
)
FLAG = Field(
    "flag",
    words=" ".join(sorted(TAG_WORDS)),
    pattern=r"^是否(?:党员|低保|残疾|独居|空巢|失独|特困|优抚|孤寡|退役|高龄|失能|重点|志愿者|贫困|五保|军属)",
)
HEAD_NAME = Field("head_name", words="户主姓名 户主 户主名 户主名字 户主信息", pattern="户主.*(?:姓名|名字)")
HEAD_PHONE = Field(
    "head_phone",
    words="户主电话 户主手机 户主手机号 户主联系电话 户主联系方式",
    pattern="户主.*(?:电话|手机|联系方式)",
)
HEAD_ID_NUMBER = Field(
    "head_id_number", words="户主身份证号 户主身份证 户主身份证号码 户主证件号", pattern="户主.*(?:身份证|证件号|身份号)"
)

RESIDENTS = ListKind(
    "residents",
    extend(
        (*PERSON_FIELDS, RELATION, *PLACE_FIELDS),
        HEAD_NAME,
        HEAD_PHONE,
        HEAD_ID_NUMBER,
        HOUSEHOLD_NUMBER,
        REGISTERED_ADDRESS,
        FLAG,
        RESIDENCE,
        HOUSING,
        EMPLOYER,
        HEALTH,
        MOVED_IN,
        TAGS,
    ),
)
ELDERS = ListKind("elders", RESIDENTS.fields)

HOUSEHOLDS = ListKind(
    "households",
    (
        SERIAL,
        Field(
            "head_name",
            words=(
                "户主姓名 户主 户主名 户主名字 业主 业主姓名 房主 房主姓名 姓名 住户姓名 住户 家庭代表 联系人 "
                "承租人 居民姓名 户代表"
            ),
            pattern="户主|业主|房主|姓名",
        ),
        Field(
            "people_count",
            words=(
                "在家人数 人口数 家庭人数 家庭人口 常住人数 同住人数 人数 现住人数 居住人数 家庭人口数 常住人口 "
                "几口人 实住人数 户内人数 居住人口"
            ),
            pattern="人数|人口|几口人",
        ),
        ID_NUMBER,
        Field(
            "phone",
            PHONE.words + " 户主电话 业主电话 联系人电话 户主手机 业主手机 户主联系方式",
            PHONE.pattern,
            "紧急|家属|网格|物业|楼栋长",
        ),
        NOTE,
        HOUSEHOLD_NUMBER,
        *PLACE_FIELDS,
    ),
)

RENTAL_HOUSES = ListKind(
    "rental_houses",
    (
        SERIAL,
        HOUSE_CODE,
        Field(
            "id_number",
            words="房东身份证号 房东身份证 房东证件号码 业主身份证号 出租人身份证号 房主身份证号 身份证号 身份证号码",
            pattern="身份证|证件号",
        ),
        Field(
            "phone",
            words=(
                "房东电话 房东手机 房东联系方式 业主电话 业主联系方式 出租人电话 房主电话 电话 手机 联系电话 "
                "联系方式 电话号码"
            ),
            pattern="电话|手机|联系方式",
            unless="租客|承租|二房东|管理|网格",
        ),
        Field(
            "name",
            words="房东姓名 房东 业主 业主姓名 出租人 出租人姓名 房主 房主姓名 产权人 屋主 户主姓名 户主",
            pattern="(?:房东|业主|出租人|房主|屋主|产权人).*(?:姓名|名字)?$",
            unless="电话|身份证|手机|联系|住址|地址|二房东",
        ),
        Field("storeys", words="层数 楼层数 层 总层数 楼层 房屋层数 栋层数", pattern="层数|总层"),
        Field(
            "rooms",
            words="房间数 间数 套数 房间 出租间数 房间数量 出租房间数 房数 出租套数 单间数 总间数",
            pattern="间数|套数|房间数|房数",
        ),
        Field(
            "address",
            words=ADDRESS.words + " 房屋坐落 坐落 出租屋地址 出租房地址 房屋位置 门牌 门牌号",
            pattern="地址|住址|坐落",
            unless="房东|户籍|业主",
        ),
        COURTYARD,
        BUILDING,
        GROUP,
        SUB_COMMUNITY,
        NOTE,
    ),
)
