"""Fields that lists of people and places share, with the words real headers use for them."""

from .fields import OTHERS, Field

NOT_OWN = f"{OTHERS}|联系人|登记人员|巡查|微网长"

SERIAL = Field("serial", words="序号 编号 号 序 no no. 行号 顺序 顺序号 序列 排序 #")
NAME = Field(
    "name",
    words=(
        "姓名 名字 名 人名 居民姓名 人员姓名 住户姓名 老人姓名 老年人姓名 长者姓名 本人姓名 志愿者姓名 队员姓名 "
        "成员姓名 学生姓名 租客姓名 租户姓名 承租人姓名 承租人 租客 "
        "住户 居民 成员 人员 队员 志愿者 老人 长者 老年人 租住人 租住人员 租住人姓名 被访人 对象姓名 服务对象 对象 "
        "登记人 登记人姓名 报名人 报名人姓名 受访者 家庭成员 家庭成员姓名 人员名单 name 真实姓名 中文姓名 姓氏名字"
    ),
    pattern="姓名|名字|人名",
    unless=f"{NOT_OWN}|曾用|别名|英文|签名|拼音|队伍|小区|院落|社区",
)
ID_NUMBER = Field(
    "id_number",
    words=(
        "身份证号码 身份证号 身份证 公民身份号码 公民身份证号码 公民身份证号 证件号码 证件号 证件编号 身份号码 "
        "身份证件号 身份证件号码 居民身份证 居民身份证号 居民身份证号码 二代证号 二代身份证号 idcard id 身份证编号"
    ),
    pattern="身份证|证件号|身份号|公民身份",
    unless=f"{NOT_OWN}|类型|类别|种类|地址|住址|有效|复印|照片|性别|出生",
)
PHONE = Field(
    "phone",
    words=(
        "电话 手机 手机号 手机号码 电话号码 联系电话 联系方式 联系手机 移动电话 本人电话 本人手机 本人联系方式 "
        "本人联系电话 联系号码 联系电话号码 固话 座机 固定电话 宅电 家庭电话 住宅电话 电话手机 手机电话 电话/手机 "
        "手机/电话 常用电话 居民电话 老人电话 住户电话 租客电话 志愿者电话 号码 tel tel. phone mobile 联系方法 "
        "通讯方式 通信方式 微信电话 短号 电话或手机"
    ),
    pattern="电话|手机|联系方式|联系号码|固话|座机|mobile|phone",
    unless=f"{NOT_OWN}|品牌|型号|是否|时间|次数|访|记录",
)
SEX = Field("sex", words="性别 男女 男/女 sex gender", pattern="性别")
BIRTH_DATE = Field(
    "birth_date",
    words="出生日期 出生年月日 出生年月 出生时间 出生 生日 生辰 出生日 出生年 birthday",
    pattern="出生|生日",
    unless="出生地|地址",
)
AGE = Field("age", words="年龄 虚岁 周岁 岁数 实岁 年纪", pattern="年龄|虚岁|周岁", unless="段|范围")
RELATION = Field(
    "relation",
    words=(
        "关系 与户主关系 与户主之关系 户主关系 家庭关系 与承租人关系 与房主关系 与租房人关系 与主租人关系 称谓 "
        "家庭成员关系 成员关系 同户主关系 与户主的关系 和户主关系 户内关系"
    ),
    pattern="与户主|与承租|与主租|户主.*关系|成员关系|户内关系",
)
FAMILY_NAME = Field(
    "family_name",
    words=(
        "家属 家属姓名 家属名字 亲属 亲属姓名 监护人 监护人姓名 紧急联系人 紧急联系人姓名 联系人 联系人姓名 "
        "子女姓名 子女 赡养人 赡养人姓名 家庭联系人 主要联系人 照料人 照护人 照护者 法定监护人 家长姓名 家属联系人"
    ),
    pattern="(?:家属|亲属|监护人|紧急联系人|联系人|子女|赡养人|照料人|照护人|家长|配偶|儿子|女儿).*(?:姓名|名字)",
)
FAMILY_PHONE = Field(
    "family_phone",
    words=(
        "家属电话 家属手机 家属联系电话 家属联系方式 亲属电话 亲属联系方式 监护人电话 监护人联系方式 "
        "紧急联系人电话 紧急联系电话 紧急电话 联系人电话 联系人手机 子女电话 子女联系方式 赡养人电话 家庭联系人电话"
    ),
    pattern=(
        "(?:家属|亲属|监护人|紧急|联系人|子女|赡养|照料人|照护人|家长|配偶|儿子|女儿|老伴).*(?:电话|手机|联系方式|号码)"
    ),
)
FAMILY_RELATION = Field(
    "family_relation",
    words=(
        "与老人关系 与本人关系 家属关系 亲属关系 与家属关系 与对象关系 与服务对象关系 监护关系 与被监护人关系 "
        "与长者关系 联系人关系 与联系人关系"
    ),
    pattern="(?:与|和|同)(?:老人|本人|长者|对象|服务对象|其|被).*关系|(?:家属|亲属|监护|紧急|联系人).*关系",
)
NOTE = Field(
    "note",
    words=(
        "备注 说明 备考 备注说明 情况说明 批注 其他 其它 其他情况 其他说明 附注 补充说明 remark remarks 备注栏 备注信息"
    ),
    pattern="备注",
)

COURTYARD = Field(
    "courtyard",
    words=(
        "院落 小区 小区院落 小区/院落 院落/小区 小区(院落) 院落(小区) 小区名称 院落名称 所在院落 所在小区 所属小区 "
        "所属院落 居住小区 居住院落 楼院 楼院名称 大院 院子 住宅小区 家属院 庭院 所在楼院 小区名 院名 院落小区 "
        "院落地点"
    ),
    pattern="院落|小区|楼院|家属院",
    unless="数|编号|电话|负责|性质|类型|物业|改造|是否",
    fills=True,
)
BUILDING = Field(
    "building",
    words=(
        "楼栋 栋 幢 楼号 栋号 楼 号楼 楼栋号 楼幢 楼幢号 幢号 座 楼宇 楼宇号 所在楼栋 所属楼栋 几栋 楼座 楼号/栋 "
        "栋(幢) 楼栋名称 栋楼 座号 楼栋/幢"
    ),
    pattern="楼栋|栋号|楼号|幢号|楼幢|楼座",
    unless="数|长|电话|负责",
    fills=True,
)
UNIT = Field("unit", words="单元 单元号 门栋 梯 梯号 单元门", pattern="单元", unless="数|长|电话|门禁", fills=True)
DOOR = Field(
    "door",
    words=(
        "房号 门牌 门牌号 门牌号码 室 室号 房间号 房间 房门号 户室 户室号 门号 房屋号 住房号 房牌号 门户号 房 房室 "
        "房间编号 门室 房号/室 所住房间"
    ),
    pattern="房号|门牌|室号|房间号|房门号",
    unless="数|类型",
    fills=True,
)
ADDRESS = Field(
    "address",
    words=(
        "住址 地址 现住址 家庭住址 详细地址 居住地址 住宅地址 家庭地址 现居住地 居住地 房屋地址 常住地址 "
        "现居住地址 居住详址 具体地址 住处 住房地址 现居地 现地址 现住地址 目前住址 居住地点 家庭详细地址 "
        "实际居住地 实际居住地址 居家地址 住所 居所 address 楼院门牌"
    ),
    pattern="住址|地址|居住地|住处|居所",
    unless="户籍|户口|身份证|原|单位|籍贯|老家|迁|来源|网址",
    fills=True,
)
GROUP = Field("group", words="居民小组 村民小组 组别 小组 组 村组 社 生产队 居民组", pattern="居民小组|村民小组|村组")
SUB_COMMUNITY = Field(
    "sub_community",
    words=(
        "所属社区 社区 村 居委会 所属居委会 村社 所在社区 村(社区) 社区名称 社区(村) 村居 村/社区 社区/村 所属村 "
        "所属村社"
    ),
    pattern="所属社区|所在社区|居委会",
)
HOUSE_CODE = Field(
    "house_code",
    words=(
        "出租屋编号 房屋编号 屋编号 房源编号 出租房编号 出租房屋编号 出租屋编码 房屋编码 出租屋代码 出租屋号 出租房号"
    ),
    pattern="(?:出租屋|出租房|房屋|房源).*(?:编号|编码|代码)",
    fills=True,
)

PERSON_FIELDS = (SERIAL, FAMILY_RELATION, FAMILY_PHONE, FAMILY_NAME, NAME, ID_NUMBER, PHONE, SEX, BIRTH_DATE, AGE, NOTE)
PLACE_FIELDS = (HOUSE_CODE, COURTYARD, BUILDING, UNIT, DOOR, ADDRESS, GROUP, SUB_COMMUNITY)

TAG_WORDS = frozenset(
    "党员 低保 低收入 低保边缘 特困 五保 独居 空巢 孤寡 失独 残疾 残疾人 高龄 失能 半失能 优抚 退役军人 军属 "
    "烈属 独生子女 留守 留守儿童 孤儿 困境儿童 困境 精神障碍 社区矫正 吸毒 重病 大病 孕妇 孕产妇 失业 流动人口 "
    "网格员 楼栋长 志愿者".split()
)
