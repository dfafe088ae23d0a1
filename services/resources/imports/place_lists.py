"""Lists of communities, courtyards and organisations, and the words their headers use."""

from shared.spreadsheets.fields import Field, ListKind
from shared.spreadsheets.vocabulary import NOTE, SERIAL, SUB_COMMUNITY

COURTYARDS = ListKind(
    "courtyards",
    (
        SERIAL,
        Field(
            "courtyard_name",
            words=(
                "院落名称 小区名称 楼院名称 院落 小区 楼院 小区院落 院名 名称 小区名 院落(小区)名称 小区(院落) "
                "小区(院落)名称 院落/小区 小区/院落 居住小区 住宅小区"
            ),
            pattern="(?:院落|小区|楼院).*名|^(?:院落|小区|楼院)$",
        ),
        Field("former_names", words="曾用名 原名 俗称 别名 又名 旧名 原单位 其他名称", pattern="曾用|俗称|别名|原名"),
        Field("longitude", words="经度 东经 lng lon longitude x 经度(e)", pattern="经度|longitude", unless="纬"),
        Field("latitude", words="纬度 北纬 lat latitude y 纬度(n)", pattern="纬度|latitude", unless="经"),
        Field("point", words="经纬度 坐标 位置坐标 地理坐标 gps", pattern="经纬|坐标"),
        Field(
            "building_count",
            words="楼栋数 栋数 幢数 楼数 楼宇数 楼栋数量 楼栋 楼幢数 总栋数 楼房数 居民楼数 楼栋总数",
            pattern="[栋幢]数|楼数|楼宇数|楼栋数|居民楼",
        ),
        Field(
            "household_count",
            words="户数 总户数 居民户数 住户数 户 居民数(户) 总户 户数(户) 居住户数 入住户数",
            pattern="户数",
        ),
        Field(
            "built_year",
            words=(
                "建成年份 建成时间 建成年代 建筑年代 建造年份 建设年代 竣工时间 修建年份 建成 建造年代 建筑年份 "
                "交付时间"
            ),
            pattern="建成|建[筑造设]年|竣工|修建",
        ),
        Field("gate", words="门岗设置 门岗 门禁 门岗情况 出入口 门卫 门岗设施", pattern="门岗|门卫|出入口"),
        Field(
            "management",
            words="物业情况 物业 物业公司 物业名称 管理单位 管理方式 物业类型 物业管理 物业服务企业",
            pattern="物业|管理(?:单位|方式)",
            unless="电话|经理|联系|负责",
        ),
        Field(
            "contact_phone",
            words=(
                "负责人电话 微网长电话 联系电话 联系方式 电话 手机 院长电话 院委会电话 网格长电话 管理员电话 "
                "楼院长电话 负责人联系方式 手机号"
            ),
            pattern="电话|手机|联系方式",
            unless="物业|报修|派出所",
        ),
        Field(
            "contact_name",
            words=(
                "院委会负责人 负责人 微网长 网格长 院长 楼院长 联系人 管理员 小区负责人 院落负责人 业委会主任 "
                "网格员 物业经理 院落长 自管会负责人 楼栋长 负责人姓名 联系人姓名"
            ),
            pattern="负责人|微网长|网格[长员]|院长|联系人|主任",
        ),
        SUB_COMMUNITY,
        NOTE,
    ),
)

COMMUNITIES = ListKind(
    "communities",
    (
        SERIAL,
        Field(
            "community_name",
            words=(
                "社区 社区名称 村居 社区(村) 村(社区) 居委会 成员社区 单位名称 社区/村 村/社区 所在社区 社区名 "
                "名称 村居名称 居委会名称 单位"
            ),
            pattern="社区|村居|居委会",
            unless="电话|负责|书记|主任|联系",
        ),
        Field(
            "district",
            words=(
                "区/街道 区 区县 街道 所属区 行政区 办事处 镇街 所属街道 街道办 区(街道) 所在区 区域 街办 区/街办 县区"
            ),
            pattern="区县|街道|办事处|镇街|街办|行政区",
        ),
        Field(
            "contact_phone",
            words="手机 电话 联系电话 联系方式 电话号码 手机号码 手机号 负责人电话 联系人电话 书记电话",
            pattern="电话|手机|联系方式",
        ),
        Field(
            "contact_name",
            words="联系人 负责人 书记 主任 对接人 联系人姓名 负责人姓名 姓名 联络人 联络员 社区书记 社区主任",
            pattern="联系人|负责人|书记|主任|对接人|联络",
        ),
        Field(
            "joined_on",
            words="入群日期 入群时间 加入日期 加入时间 入网日期 登记日期 日期",
            pattern="入群|加入|入网|日期",
        ),
        NOTE,
    ),
)

ORGANISATIONS = ListKind(
    "organisations",
    (
        SERIAL,
        Field(
            "organisation_name",
            words=(
                "资源单位 单位名称 机构名称 组织名称 商家名称 商户名称 店名 企业名称 团体名称 服务商 社会组织 "
                "社会组织名称 单位 机构 名称 商家 商户 共建单位 服务商名称 公司名称"
            ),
            pattern="(?:单位|机构|组织|商家|商户|企业|团体|公司|店).*名|资源单位|服务商|共建单位",
            unless="电话|联系",
        ),
        Field(
            "services",
            words=(
                "可提供服务 服务内容 服务项目 提供服务 优惠内容 主营 业务范围 主营业务 可提供资源 资源内容 "
                "提供资源 服务 优惠 经营范围"
            ),
            pattern="提供|服务内容|服务项目|优惠|业务|主营|经营范围",
        ),
        Field(
            "phone",
            words="手机 电话 联系电话 联系方式 电话号码 手机号码 负责人电话 联系人电话 手机号",
            pattern="电话|手机|联系方式",
        ),
        Field(
            "contact_name",
            words="联系人 负责人 法人 对接人 联系人姓名 负责人姓名 店主 老板 法定代表人 经营者",
            pattern="联系人|负责人|法人|对接人|店主|经营者|代表人",
        ),
        Field("since", words="引入日期 引入时间 加入日期 加入时间 签约日期 登记日期", pattern="引入|加入|登记日期"),
        Field("kind", words="类型 类别 单位类型 机构类型 性质 单位性质 行业", pattern="类型|类别|性质|行业"),
        Field("address", words="地址 单位地址 店铺地址 经营地址 住所 详细地址", pattern="地址"),
        NOTE,
    ),
)
