"""Lists of goods, and the words their headers use."""

from shared.spreadsheets.fields import Field, ListKind
from shared.spreadsheets.vocabulary import NOTE, SERIAL

ITEM = Field(
    "item",
    words="物资名称 品名 物品名称 名称 物品 货品 货品名称 物资 商品名称 产品名称 材料名称 品种 物料名称 商品 物品/物资",
    pattern="物资|品名|物品|货品|商品|产品|材料|物料",
    unless="编号|编码|单位|类别|日期|数量|来源|规格",
)
QUANTITY = Field(
    "quantity",
    words=(
        "数量 库存 库存数量 入库数量 现有数量 结存 件数 份数 数目 总数量 数量(个) 发放数量 领取数量 领用数量 "
        "库存量 入库数 发放份数 实收数量 发放数"
    ),
    pattern="数量|库存|结存|件数|份数",
    unless="单位|最低|预警|安全",
)
BALANCE = Field(
    "balance",
    words="库存 库存数量 结存 结存数量 现有数量 剩余 剩余数量 库存量 现存量 实有数量 现有库存 实存数量 盘点数量",
    pattern="库存|结存|剩余|现存|实存|实有",
    unless="单位|最低|预警|安全|金额",
)
MEASURE = Field(
    "unit",
    words="单位(量) 单位 计量单位 计量 量词 单位量 数量单位",
    pattern="单位$|计量",
    unless="捐赠|领取|接收|生产|供货|领用|存放|来源",
)

STOCK_LOTS = ListKind(
    "stock_lots",
    (
        SERIAL,
        Field("lot_number", words="批号 批次 批次号 生产批号 产品批号 批 批号/批次 lot", pattern="批号|批次"),
        Field(
            "received_on",
            words="入库日期 入库时间 到货日期 收货日期 接收日期 验收日期 登记日期 日期 进货日期",
            pattern="入库(?:日期|时间)|到货|收货|接收日期|验收|进货日期",
        ),
        Field("made_on", words="生产日期 出厂日期 制造日期 生产时间", pattern="生产日期|出厂|制造"),
        Field(
            "expiry",
            words="有效期至 有效期 保质期 保质期至 到期日期 失效日期 有效日期 到期日 过期日期 使用期限 到期时间 效期",
            pattern="有效|保质|到期|失效|效期|过期",
        ),
        Field(
            "location",
            words="存放位置 存放地点 库位 货架 仓库 存储位置 存放处 位置 库房 放置位置 保管位置 存放",
            pattern="存放|库位|货架|仓库|存储|位置",
        ),
        Field(
            "source",
            words="来源 物资来源 捐赠单位 捐赠方 供货单位 供应商 来源单位 捐赠人",
            pattern="来源|供货|供应商|捐赠",
        ),
        Field("specification", words="规格 规格型号 型号 包装规格", pattern="规格|型号"),
        ITEM,
        BALANCE,
        Field("quantity", QUANTITY.words, QUANTITY.pattern, unless=f"{QUANTITY.unless}|出库|发出|领用|发放|损耗|金额"),
        MEASURE,
        NOTE,
    ),
)

STOCK_ISSUES = ListKind(
    "stock_issues",
    (
        SERIAL,
        Field(
            "issued_on",
            words=(
                "发放日期 发放时间 领用日期 领取日期 出库日期 领取时间 日期 时间 发出日期 出库时间 派发日期 "
                "慰问日期 签收日期"
            ),
            pattern="日期|时间",
        ),
        Field(
            "received_by",
            words="领取人 签收人 领用人 签领人 接收人 领取人签字 签收 经手人 领取签字 收货人 签字",
            pattern="领取人|签收|领用人|签领|接收人|收货人",
        ),
        Field(
            "recipient",
            words=(
                "领取社区 领取单位 领用部门 领用单位 接收单位 社区 社区名称 收货单位 接收社区 发放社区 去向 "
                "发放对象 领取对象 受助社区 单位名称"
            ),
            pattern="社区|领取单位|接收单位|领用(?:部门|单位)|去向|对象",
        ),
        ITEM,
        QUANTITY,
        MEASURE,
        NOTE,
    ),
)
