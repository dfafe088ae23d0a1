"""What a home safety check must be, and what becomes of the dangers it found. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.eldercare.home_safety.checklists import CHECKLISTS, Checklist
from services.eldercare.home_safety.models import FindingIn, HomeSafetyCheckIn
from shared.http.problems import FieldError, Invalid, Words, WrongState, invalid

STEPS: dict[str, dict[str, str]] = {
    "plan": {"open": "planned"},
    "fix": {"open": "fixed", "planned": "fixed", "not_fixed": "fixed"},
    "dismiss": {"open": "not_fixed", "planned": "not_fixed"},
    "reopen": {"fixed": "open", "not_fixed": "open", "verified": "open"},
    "accept": {"fixed": "verified"},
}

STANDINGS: dict[str, str] = {
    "volunteer.hazard.reported.v1": "open",
    "volunteer.hazard.verified.v1": "planned",
    "volunteer.hazard.assigned.v1": "planned",
    "volunteer.hazard.mitigation_started.v1": "planned",
    "volunteer.hazard.mitigated.v1": "planned",
    "volunteer.hazard.reinspected.v1": "planned",
    "volunteer.hazard.reopened.v1": "open",
    "volunteer.hazard.duplicate_found.v1": "duplicate",
    "volunteer.hazard.rejected.v1": "rejected",
    "volunteer.hazard.closed.v1": "closed",
}
"""What an event makes of the hazard it speaks of. Mended counts only once somebody else has looked again."""

STEP_OF: dict[str, str] = {"open": "reopen", "planned": "plan", "rejected": "dismiss", "closed": "fix"}
"""How the hazard stands → what that does to the finding."""

OUTCOMES: dict[str, str] = {"fix": "fixed", "dismiss": "rejected"}

ALWAYS_ALLOWED = "other"
USUAL_SEVERITY_OF_OTHER = 2


class Hazard(NamedTuple):
    """As last heard of."""

    id: UUID
    standing: str
    duplicate_of: UUID | None = None
    reason: str | None = None


class Judged(NamedTuple):
    kind: str | None
    severity: int | None
    state: str | None


def next_state(state: str | None, step: str) -> str:
    """Raises `WrongState` with the steps that are possible."""
    following = STEPS[step].get(state or "")
    if following is None:
        possible = [name for name, states in STEPS.items() if state in states]
        raise WrongState(state=state, step=step, possible=possible)
    return following


def allows(state: str | None, step: str) -> bool:
    return state in STEPS[step]


def must_be_past(checked_at: datetime, now: datetime) -> None:
    if checked_at > now:
        raise invalid("body.checked_at", "不能是将来", "Cannot be in the future")


def must_follow_checklist(body: HomeSafetyCheckIn) -> Checklist:
    """Raises `Invalid` that names every finding outside the checklist and every item named twice."""
    checklist = CHECKLISTS.get(body.checklist)
    if checklist is None:
        raise invalid("body.checklist", "没有这份检查表", "No such checklist", known=sorted(CHECKLISTS))
    errors: list[FieldError] = []
    seen: set[tuple[str, str]] = set()
    for number, finding in enumerate(body.findings):
        errors += [FieldError(f"body.findings.{number}.{field}", why) for field, why in wrong(finding, checklist)]
        if (finding.room, finding.item) in seen:
            errors.append(FieldError(f"body.findings.{number}.item", Words("同一房间重复", "Named twice for one room")))
        seen.add((finding.room, finding.item))
    if errors:
        raise Invalid(errors=errors)
    return checklist


def wrong(finding: FindingIn, checklist: Checklist) -> list[tuple[str, Words]]:
    if finding.room not in checklist.rooms:
        return [("room", Words("检查表中没有这个房间", "No such room on the checklist"))]
    if finding.item not in checklist.rooms[finding.room]:
        return [("item", Words("这个房间不查此项", "Not on the checklist of this room"))]
    if finding.result != "hazard":
        return [(field, Words("只有隐患才填", "Only for a hazard")) for field in ("kind", "severity")
                if getattr(finding, field) is not None]
    if finding.kind not in (None, ALWAYS_ALLOWED, *checklist.items[finding.item].kinds):
        return [("kind", Words("不是此项的隐患", "Not a hazard of this item"))]
    return []


def judged(finding: FindingIn, checklist: Checklist) -> Judged:
    """What the checker said, completed with what is usual for the item."""
    if finding.result != "hazard":
        return Judged(None, None, None)
    usual = checklist.items[finding.item].kinds
    kind = finding.kind or next(iter(usual))
    return Judged(kind, finding.severity or usual.get(kind, USUAL_SEVERITY_OF_OTHER), "open")


def root_of(id: UUID, known: Mapping[UUID, Hazard]) -> Hazard | None:
    """The hazard itself, or the one it is the same as; none when that was never heard of, or they go in a circle."""
    seen: set[UUID] = set()
    while (hazard := known.get(id)) is not None and hazard.duplicate_of is not None:
        if id in seen:
            return None
        seen.add(id)
        id = hazard.duplicate_of
    return hazard
