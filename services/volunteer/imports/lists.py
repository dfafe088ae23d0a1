"""The lists that volunteer imports, and the words their headers use."""

from shared.spreadsheets.fields import Field, ListKind, extend
from shared.spreadsheets.vocabulary import (
    ADDRESS,
    BUILDING,
    COURTYARD,
    DOOR,
    GROUP,
    HOUSE_CODE,
    NAME,
    NOTE,
    PERSON_FIELDS,
    SERIAL,
    SUB_COMMUNITY,
    UNIT,
)

SQUAD_COURTYARD = Field(
    "courtyard",
    words=(
        "所在小分队 小分队 所属小分队 分队 所属分队 所在分队 院落 小区 小区院落 所在院落 所属院落 所在小区 "
        "所属小区 院落小分队 服务院落 负责院落 小队 网格小队 责任院落"
    ),
    pattern="小分队|院落|小区",
    unless="职务|负责人|电话",
    fills=True,
)
TEAM = Field(
    "team",
    words="队伍 所属队伍 服务队 队伍名称 所属服务队 团队 所在队伍 志愿队伍 服务队名称 所属团队 组别 小组 所属小组",
    pattern="队伍|服务队|团队",
    unless="电话|人数|意向",
    fills=True,
)
ROLE = Field(
    "role",
    words=(
        "职务 队内职务 身份/工种 角色 岗位 工种 身份 担任职务 志愿者身份 队内身份 职位 分工 职务/分工 类别 志愿者类别"
    ),
    pattern="职务|工种|角色|岗位|分工",
    unless="意向|意愿|原职务",
)
SKILLS = Field(
    "skills",
    words=(
        "特长 技能 专长 擅长 服务技能 技能特长 特长技能 专业技能 个人特长 服务特长 服务项目 擅长领域 可提供服务 "
        "志愿特长 特长/技能 服务意向 服务意愿 会做什么 会什么 能做什么 可以做什么"
    ),
    pattern="特长|技能|专长|擅长|服务意[向愿]|会做?什么|能做什么",
)
QUALIFICATIONS = Field(
    "qualifications",
    words="持证情况 证书 资格证书 资质 持证 证件 职业资格 资格证 专业证书 持证信息 证书情况 资质证书 职业证书 所持证书",
    pattern="持证|证书|资格|资质",
    unless="身份证|志愿者证",
)
AVAILABILITY = Field(
    "availability",
    words=(
        "可服务时间 服务时间 可参加时间 空闲时间 服务时段 可服务时段 时间 可安排时间 参与时间 有空时间 可用时间 "
        "空余时间 可到岗时间 有空 何时有空 什么时候有空 哪天有空"
    ),
    pattern="可.{0,4}时[间段]|服务时[间段]|空[闲余]时间|有空",
    unless="时长|入队|加入",
)
JOINED = Field(
    "joined_on",
    words="入队时间 入队日期 加入时间 加入日期 注册时间 注册日期 报名时间 报名日期 登记日期 入会时间 参加时间 登记时间",
    pattern="入队|加入|注册(?:时间|日期)|报名(?:时间|日期)|入会",
)
ORGANISATION = Field(
    "organisation",
    words=(
        "学校 高校 所在学校 所属高校 组织 所属组织 学校/组织 单位 工作单位 所在单位 所属单位 来源单位 学校名称 派出单位"
    ),
    pattern="学校|高校|所属(?:组织|单位)|工作单位",
)
STUDIES = Field(
    "studies",
    words="专业 院系年级 院系 年级 专业年级 学院 班级 系别 专业班级 学院年级 院系专业",
    pattern="专业(?!技能)|院系|年级|学院|班级",
    unless="证书|技能",
)

VOLUNTEERS = ListKind(
    "volunteers",
    extend(
        (
            *PERSON_FIELDS,
            SQUAD_COURTYARD,
            TEAM,
            ROLE,
            SKILLS,
            QUALIFICATIONS,
            AVAILABILITY,
            JOINED,
            ORGANISATION,
            STUDIES,
            ADDRESS,
        ),
        Field("joined_on", JOINED.words, JOINED.pattern),
        Field(
            "name",
            NAME.words + " 队员姓名 骨干 成员姓名 学生姓名 志愿者",
            NAME.pattern,
            NAME.unless.replace("|队伍", ""),
        ),
    ),
)

PATROLS = ListKind(
    "patrols",
    (
        Field(
            "record_number",
            words="记录编号 巡查编号 隐患编号 单号 检查编号 表单号 问题编号 工单号 台账编号 登记编号 记录号 隐患单号",
            pattern="(?:巡查|隐患|检查|问题|工单|记录|登记|整改).{0,3}(?:编号|单号|号码)$|^单号$",
        ),
        SERIAL,
        Field(
            "found_on",
            words=(
                "巡查日期 检查日期 排查日期 发现日期 日期 巡查时间 检查时间 排查时间 发现时间 时间 上报日期 "
                "登记日期 上报时间 检查日 巡查日"
            ),
            pattern="(?:巡查|检查|排查|发现|上报|登记)(?:日期|时间|日)",
            unless="复查|整改",
        ),
        Field(
            "reinspected_on",
            words="复查日期 复查时间 回查日期 验收日期 销号日期 复检日期 复核日期 回访日期",
            pattern="(?:复查|回查|验收|销号|复检|复核).{0,2}(?:日期|时间)",
        ),
        Field(
            "due_on",
            words="整改期限 期限 限期 整改时限 完成期限 限期整改 要求完成时间 整改截止日期 时限 限改日期 限期整改日期",
            pattern="期限|时限|限期|截止",
        ),
        Field(
            "fixed_on",
            words="整改日期 整改时间 完成日期 整改完成日期 整改完成时间 处理日期 处置日期 完成时间 整改完成",
            pattern="(?:整改|处理|处置|完成).{0,4}(?:日期|时间)",
        ),
        Field(
            "hazards",
            words=(
                "隐患内容 隐患 存在问题 问题 问题描述 隐患描述 发现问题 检查情况 隐患问题 问题内容 存在的问题 "
                "存在隐患 排查情况 发现的问题 隐患情况 问题隐患 发现隐患 安全隐患 隐患类型 隐患类别 主要问题 "
                "巡查情况 检查内容及问题"
            ),
            pattern="隐患|问题|检查情况|排查情况",
            unless="编号|等级|级别|地点|日期|整改|人$|部位|位置|院落",
        ),
        Field(
            "level",
            words="等级 隐患等级 风险等级 级别 严重程度 风险级别 危险等级 隐患级别 程度 紧急程度 风险",
            pattern="等级|级别|严重程度|紧急程度",
        ),
        Field(
            "spot",
            words=(
                "具体位置 部位 详细位置 位置 具体部位 具体地点 点位 楼层位置 隐患部位 隐患位置 房间 具体点位 房号 "
                "详细地点 位置/部位"
            ),
            pattern="具体|部位|位置|点位",
        ),
        COURTYARD,
        Field(
            "location",
            words=(
                "地点 巡查地点 检查地点 场所 检查场所 单位/场所 检查对象 巡查点 隐患地点 排查地点 区域 巡查区域 发现地点 "
                "检查单位 点位名称 隐患所在地 所在地点 发生地点"
            ),
            pattern="地点|场所|区域",
            unless="数|负责|电话|编号",
            fills=True,
        ),
        HOUSE_CODE,
        BUILDING,
        UNIT,
        DOOR,
        Field("address", ADDRESS.words, ADDRESS.pattern, ADDRESS.unless, fills=True),
        GROUP,
        SUB_COMMUNITY,
        Field(
            "found_by",
            words=(
                "巡查人 检查人 排查人 发现人 巡查员 上报人 巡查人员 检查人员 排查人员 巡逻人 报告人 登记人 "
                "巡查志愿者 巡查队员 检查员"
            ),
            pattern="(?:巡查|检查|排查|发现|上报|巡逻|报告)(?:人|员|人员|队员)",
        ),
        Field(
            "measures",
            words=(
                "处置措施 处理措施 整改措施 措施 处理情况 处置情况 处理意见 整改意见 处理方式 处置 处理 处理结果 "
                "采取措施"
            ),
            pattern="措施|处[理置](?:情况|意见|方式|结果)|整改意见",
        ),
        Field(
            "state",
            words=(
                "状态 整改情况 整改状态 是否整改 处理状态 整改结果 完成情况 是否完成 处置状态 是否销号 整改与否 "
                "办结情况"
            ),
            pattern="状态|是否(?:整改|完成|销号|处理)|整改(?:情况|结果)|完成情况|办结",
        ),
        NOTE,
    ),
)

KINDS: dict[str, ListKind] = {kind.key: kind for kind in (VOLUNTEERS, PATROLS)}

ROSTER_NEEDS = ("id_number", "phone", "birth_date", "skills", "availability", "qualifications", "joined_on")
"""A list of people with none of these holds names only: it links and never creates."""
