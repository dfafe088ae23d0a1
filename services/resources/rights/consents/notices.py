"""What people are told before they agree 告知书: each version with its days, never changed once somebody agreed to it.

PIPL article 17 says what must be told, article 30 that for sensitive data also why it is needed and what it means for
the person (both read in a collection of laws). The words are Linli's own and need a lawyer's eye.
"""

from datetime import date
from typing import NamedTuple

from shared.http.problems import Words


class Notice(NamedTuple):
    """In force from `starts_on` up to, not including, `ends_on`."""

    starts_on: date
    ends_on: date | None
    purposes: tuple[str, ...]
    words: Words


GENERAL = Words(
    "由您所在社区处理。用途、内容、保存期限如所列。您可以随时撤回同意，撤回不影响对您的帮助。您可以查看、复制、更正、"
    "限制或删除您的资料。",
    "Your community handles this. What for, what of it and how long is listed. You can take your consent back at any "
    "time, and help goes on without it. You can see, copy, correct, restrict or erase what is held about you.")
SENSITIVE = Words(
    "健康信息属于敏感个人信息：只用于照护，只由负责您的人查看。泄露可能影响您的尊严和安全，因此加密保存，每次查看都有记录。",
    "Health data is sensitive: it is used for care alone and read by those who care for you. If it leaked, your dignity "
    "and safety could suffer, so it is sealed, and every reading is written down.")
HANDING_OVER = Words(
    "只向您指定的组织提供，并告诉您它是谁、用来做什么。您可以只撤回对它的同意。",
    "Only to the organisation you name; you are told who it is and what for. You can withdraw for it alone.")

NOTICES: dict[str, Notice] = {
    "general-2026-11": Notice(
        date(2026, 1, 1), None, ("home_safety_check", "care_reminders", "publication", "volunteering"), GENERAL),
    "sensitive-2026-11": Notice(date(2026, 1, 1), None, ("health_record",), SENSITIVE),
    "handing-over-2026-11": Notice(date(2026, 1, 1), None, ("sharing", "health_sharing"), HANDING_OVER),
}
