"""What may happen to an import."""

from datetime import datetime, timedelta

from shared.http.problems import Problem, Words, WrongState
from shared.spreadsheets.reasons import reason
from shared.spreadsheets.unreadable import UnreadableFile

UNFINISHED = ("queued", "reading", "applying")
"""States a worker takes up again after a crash: nothing of an import is saved before all of it is."""

MOST_ATTEMPTS = 3
"""A file that brought the worker down so often is given up, so that the others get their turn."""

DAYS_TO_APPLY = 7
DAYS_ROWS_ARE_KEPT = 30
"""After the end, so that what was held or refused can be put right."""

GIVEN_UP = "given_up"
OWN_WORDS = {
    GIVEN_UP: Words("这份文件多次导入出错，已放弃，问题已记录。", "Importing this file failed several times; it was given up and recorded."),
    "linked": Words("与已有记录是同一个。", "Same as a record that is there already."),
}
NOTHING_RECOGNISED = ("not_recognised", "belongs_elsewhere")


class Unusable(Problem):
    """Nothing of the file can be used; `code` says why."""

    status, slug, title = 422, "unusable-file", Words("文件无法导入", "The file cannot be imported")

    def __init__(self, error: UnreadableFile) -> None:
        super().__init__(Words(error.zh, error.en), code=error.code)


def lapses_before(now: datetime) -> datetime:
    """What was judged before that moment and not applied is forgotten: a register is not kept twice."""
    return now - timedelta(days=DAYS_TO_APPLY)


def rows_forgotten_before(now: datetime) -> datetime:
    """Of what ended before that moment the counts are kept, and the rows no longer: they are as somebody wrote them."""
    return now - timedelta(days=DAYS_ROWS_ARE_KEPT)


def must_be_judged(state: str) -> None:
    """Raises `WrongState`: only what was judged and not yet applied can be applied."""
    if state != "judged":
        raise WrongState(state=state, step="apply", possible=[])


def gives_up(attempts: int) -> bool:
    """`attempts` counts the one that begins."""
    return attempts > MOST_ATTEMPTS


def words_of(code: str) -> Words:
    return OWN_WORDS.get(code) or Words(*reason(code))
