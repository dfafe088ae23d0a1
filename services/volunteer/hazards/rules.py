"""What may happen to a hazard, and who may not do it. Pure: no database, no clock of its own."""

from collections.abc import Collection
from datetime import date, timedelta

from services.volunteer.hazards.kinds import kind_of
from shared.events.volunteer import RequiredItem
from shared.http.problems import Conflict, Words, WrongState, invalid

STEPS: dict[str, dict[str, str]] = {
    "verify": {"reported": "verified"},
    "mark_duplicate": {"reported": "duplicate", "verified": "duplicate"},
    "reject": {"reported": "rejected"},
    "assign": {"verified": "assigned", "assigned": "assigned"},
    "start_mitigation": {"verified": "mitigating", "assigned": "mitigating"},
    "mitigate": {"verified": "mitigated", "assigned": "mitigated", "mitigating": "mitigated"},
    "pass_reinspection": {"mitigated": "reinspected"},
    "fail_reinspection": {"mitigated": "verified"},
    "close": {"reinspected": "closed"},
    "reopen": {"mitigated": "verified", "reinspected": "verified", "closed": "verified", "rejected": "reported",
               "duplicate": "reported"},
}
OPEN = frozenset({"reported", "verified", "assigned", "mitigating", "mitigated", "reinspected"})
WAITS_FOR_INSPECTION = frozenset({"mitigated", "reinspected"})
REINSPECTION_DAYS = 7
GRAVEST = 4


def next_state(state: str, step: str) -> str:
    """Raises `WrongState` with the steps that are possible."""
    following = STEPS[step].get(state)
    if following is None:
        raise WrongState(state=state, step=step, possible=possible_steps(state))
    return following


def allows(state: str, step: str) -> bool:
    return state in STEPS[step]


def possible_steps(state: str) -> list[str]:
    return [step for step, states in STEPS.items() if state in states]


def must_be_open(state: str) -> None:
    if state not in OPEN:
        raise WrongState(state=state, step="escalate", possible=possible_steps(state))


def severity_of(kind: str, said: int | None) -> int:
    return said if said is not None else kind_of(kind).severity


def items_needed(kind: str, decided: list[RequiredItem] | None) -> list[RequiredItem]:
    """What the verifier decided, or else what the kind usually needs."""
    return list(kind_of(kind).remedy) if decided is None else decided


def escalates_at_once(severity: int) -> bool:
    """A red hazard must have an owner and be known above at once (domain note 4.1, Hazard)."""
    return severity == GRAVEST


def reinspection_due(mitigated_on: date) -> date:
    return mitigated_on + timedelta(days=REINSPECTION_DAYS)


def due_day(state: str, due_on: date | None, reinspection_due_on: date | None) -> date | None:
    """The last day that is in time for what has to happen next."""
    return reinspection_due_on if state in WAITS_FOR_INSPECTION else due_on


def overdue_reason(state: str) -> str:
    return "reinspection_overdue" if state in WAITS_FOR_INSPECTION else "overdue"


def must_differ_from_fixer(inspector: str, fixed_by: Collection[str]) -> None:
    """Raises `Conflict`: nobody inspects their own work."""
    if inspector in fixed_by:
        raise Conflict(Words("复查人不能是整改人", "The one who mended it cannot re-inspect it"), rule="four_eyes")


def must_have_no_works(works_id: object) -> None:
    """Raises `Conflict`: what works are planned for is mended when a second person accepts them."""
    if works_id is not None:
        raise Conflict(
            Words("已安排工程，请验收或取消工程", "Works are planned for it: accept them, or cancel them first"),
            rule="works_are_open", works_id=str(works_id))


def must_be_another(hazard: object, duplicate_of: object) -> None:
    if hazard == duplicate_of:
        raise invalid("body.duplicate_of", "不能是它自己", "Cannot be itself")


def must_be_an_original(state: str) -> None:
    """Raises `Invalid`: whoever follows a duplicate must arrive at a hazard that somebody looks after."""
    if state in ("duplicate", "rejected"):
        raise invalid("body.duplicate_of", "那一条已作废或也是重复", "That one is a duplicate or was rejected", state=state)


def must_have_owner(squad_id: object, volunteer_id: object) -> None:
    if squad_id is None and volunteer_id is None:
        raise invalid("body.squad_id", "请指定小分队或志愿者", "Name a squad or a volunteer")


def must_give_reason(passed: bool, reason: str | None) -> None:
    if not passed and reason is None:
        raise invalid("body.reason", "复查不通过须说明原因", "Say why it did not pass")
