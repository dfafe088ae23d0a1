"""What personal data is used for, and what becomes of it when somebody takes their consent back: versioned data.

Articles are those of the Personal Information Protection Law 个人信息保护法 (2021), as read in a collection of laws:
13 (bases other than consent), 14-16 (explicit, easily withdrawn, no refusal of service), 23 (separate consent naming
the receiver), 25 (no publication without separate consent), 28-31 (health is sensitive, separate consent, necessity is
told, a guardian for those under 14). Which purposes Linli has, which basis fits which of them, and what stops and what
goes on, is Linli's own judgement throughout (`own`): a lawyer must check it before it is relied on.
"""

from typing import Literal, NamedTuple

from shared.http.problems import Words

Basis = Literal["consent", "contract", "statutory_duty", "emergency"]
Category = Literal["identity", "contact", "home", "health", "care", "image"]

VERSION = "purposes-2026-11"
SENSITIVE: frozenset[str] = frozenset({"health"})
"""Categories that article 28 names and that Linli handles; everything of somebody under 14 is sensitive too."""


class Effect(NamedTuple):
    code: str
    words: Words


class Purpose(NamedTuple):
    """`separate`: an article that wants a consent for this alone. `names_recipient`: to which organisation."""

    words: Words
    bases: tuple[Basis, ...]
    categories: tuple[Category, ...]
    stops: tuple[Effect, ...]
    goes_on: tuple[Effect, ...]
    separate: str | None = None
    names_recipient: bool = False
    source: Literal["own"] = "own"


VISITS = Effect("visits", Words("上门探访与帮助照常", "Visits and help go on"))
REPAIRS = Effect("repairs", Words("已发现的隐患继续处理", "Dangers already found are still removed"))
REGISTER = Effect("register_entry", Words("户籍登记照常", "The entry in the register stays"))
DUTY = Effect("legal_duties", Words("法定职责照常", "What the law obliges to goes on"))

PURPOSES: dict[str, Purpose] = {
    "home_safety_check": Purpose(
        Words("居家安全检查并留存文字与照片", "Checking the home, with notes and pictures"),
        ("consent", "statutory_duty", "emergency"), ("home", "image"),
        stops=(Effect("notes", Words("不再记录家中情况的文字", "No more notes about the home")),
               Effect("pictures", Words("不再留存家中照片", "No more pictures of the home"))),
        goes_on=(Effect("check", Words("仍可检查，只记编码", "The check itself, in codes alone")), REPAIRS)),
    "health_record": Purpose(
        Words("记录健康状况，用于照护", "Keeping health data, for care"),
        ("consent", "emergency"), ("health",),
        stops=(Effect("health_notes", Words("不再记录和使用健康信息", "Health data is no longer written or used")),),
        goes_on=(VISITS, Effect("emergency_help", Words("紧急时仍救助", "Help in an emergency"))), separate="PIPL 29"),
    "care_reminders": Purpose(
        Words("电话或消息提醒", "Reminders by telephone or message"),
        ("consent", "contract"), ("contact",),
        stops=(Effect("reminders", Words("不再打电话、发消息", "No more calls and messages")),), goes_on=(VISITS,)),
    "sharing": Purpose(
        Words("把资料提供给另一个组织", "Handing data to another organisation"),
        ("consent", "statutory_duty", "emergency"), ("identity", "contact", "home", "care"),
        stops=(Effect("handing_over", Words("不再向该组织提供", "Nothing more is handed to that organisation")),),
        goes_on=(VISITS, REPAIRS), separate="PIPL 23", names_recipient=True),
    "health_sharing": Purpose(
        Words("把健康信息提供给另一个组织", "Handing health data to another organisation"),
        ("consent", "emergency"), ("health",),
        stops=(Effect("handing_over", Words("不再向该组织提供", "Nothing more is handed to that organisation")),),
        goes_on=(VISITS, DUTY), separate="PIPL 23, 29", names_recipient=True),
    "publication": Purpose(
        Words("公开姓名或照片", "Showing name or picture in public"),
        ("consent",), ("identity", "image"),
        stops=(Effect("publication", Words("不再公开，并撤下", "Nothing is shown any more, and taken down")),),
        goes_on=(VISITS, REGISTER), separate="PIPL 25"),
    "volunteering": Purpose(
        Words("登记为志愿者", "Being registered as a volunteer"),
        ("consent", "contract"), ("identity", "contact"),
        stops=(Effect("assignments", Words("不再安排任务", "No more tasks are given")),),
        goes_on=(Effect("service_record", Words("已有服务记录保留", "Records of service given stay")),)),
}
