"""How a request goes from being asked to its result. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from services.resources.rights.requests.models import SubjectRequestIn
from shared.http.problems import Conflict, Words, WrongState, invalid

SERVICES = ("volunteer", "mediation", "eldercare", "resources")
"""Whose parts there are; `resources` does its own last, so that the others can still ask it."""

STEPS: dict[str, dict[str, str]] = {
    "begin": {"asked": "in_progress"},
    "refuse": {"asked": "refused"},
    "finish": {"in_progress": "done"},
}


class Kind(NamedTuple):
    """`at_once`: nobody needs to look at it first when the person asks by themselves. `second_person`: not begun by
    whoever recorded it, so that nobody gets or changes a stranger's file by saying that they asked."""

    at_once: bool
    second_person: bool = False


KINDS: dict[str, Kind] = {
    "export": Kind(at_once=True, second_person=True),
    "restriction": Kind(at_once=True),
    "lifting": Kind(at_once=True, second_person=True),
    "correction": Kind(at_once=False),
    "erasure": Kind(at_once=False, second_person=True),
}

DUE_AFTER = timedelta(days=15)
"""Linli's own. PIPL article 50 asks for a convenient way and for reasons when refused; the number of days is not in it."""

DOWNLOADED_WITHIN = timedelta(days=14)
"""After it was done; Linli's own. Whoever wants it later asks again."""


def next_state(state: str, step: str) -> str:
    """Raises `WrongState` with the steps that are possible."""
    following = STEPS[step].get(state)
    if following is None:
        raise WrongState(state=state, step=step, possible=[name for name, states in STEPS.items() if state in states])
    return following


def must_say_what(body: SubjectRequestIn) -> None:
    if body.kind == "correction" and body.wish is None:
        raise invalid("body.wish", "请写明哪里不对", "Say what is wrong")


def begins_at_once(kind: str, by_themselves: bool) -> bool:
    how = KINDS[kind]
    return how.at_once and (by_themselves or not how.second_person)


def must_differ(kind: str, recorded_by: str, by: str) -> None:
    """Raises `Conflict`: what cannot be taken back, or gives a file away, is looked at by a second person."""
    if KINDS[kind].second_person and recorded_by == by:
        raise Conflict(Words("须由另一位工作人员办理", "A second person must begin this"), rule="second_person")


def must_fit(kind: str, has_changes: bool) -> None:
    if has_changes != (kind == "correction"):
        raise invalid("body.changes", "更正时填写，其他请求不填", "For a correction, and for nothing else")


def due_at(opened_at: datetime) -> datetime:
    return opened_at + DUE_AFTER


def outcome_of(kept: Iterable[Mapping[str, Any]]) -> str:
    return "done_in_part" if any(kept) else "done"


def must_be_open_export(kind: str, state: str, finished_at: datetime | None, now: datetime) -> None:
    """Raises `WrongState`, with the end of the time for downloading when that is over."""
    if kind != "export" or state != "done" or finished_at is None:
        raise WrongState(kind=kind, state=state)
    if now >= finished_at + DOWNLOADED_WITHIN:
        raise WrongState(kind=kind, state=state, downloadable_until=(finished_at + DOWNLOADED_WITHIN).isoformat())
