"""Which step of an application leads where, who may take it, and what a vote comes to. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from services.resources.fund.applications.models import ApplicationIn
from services.resources.fund.committees.charters import Charter
from shared.http.problems import Conflict, FieldError, Invalid, NotAllowed, Words, WrongState

STEPS: dict[str, dict[str, str]] = {
    "submitted": {"find_eligible": "eligible", "refuse": "rejected", "withdraw": "withdrawn"},
    "eligible": {"open_vote": "in_vote", "withdraw": "withdrawn"},
    "in_vote": {"open_vote": "in_vote", "vote": "in_vote", "approve": "approved", "reject": "rejected",
                "withdraw": "withdrawn"},
    "approved": {"publish": "public_notice", "withdraw": "withdrawn"},
    "public_notice": {"pay": "paid", "appeal": "appealed", "withdraw": "withdrawn"},
    "appealed": {"dismiss": "appealed", "uphold": "appealed"},
    "rejected": {"appeal": "appealed"},
    "paid": {"report": "reported", "return": "returned"},
    "reported": {"close": "closed", "return": "returned"},
    "closed": {}, "returned": {}, "withdrawn": {},
}
"""Where an appeal leads depends on what it was against: see AFTER_APPEAL."""

AFTER_APPEAL: dict[tuple[str, bool], str] = {
    ("public_notice", True): "rejected", ("public_notice", False): "public_notice",
    ("rejected", True): "eligible", ("rejected", False): "rejected",
}
"""(what was appealed against, whether it was upheld) → what comes of it."""

HELD_DAYS = 90
"""How long money is kept for somebody after the vote. Linli's own figure."""


class SamePerson(NotAllowed):
    slug, title = "same-person", Words("同一人不能办理这一步", "Somebody else must do this")


class Related(Conflict):
    slug, title = "related-person", Words("与申请人有关联，须回避", "Related to the applicant: recuse yourself")


class NotDecidable(Conflict):
    slug, title = "not-decidable", Words("表决尚不能结束", "The vote cannot be decided yet")


class NoticeRuns(Conflict):
    slug, title = "notice-runs", Words("公示期未满", "The public notice still runs")


class Vote(NamedTuple):
    """One ballot: of a `voting` member or of a supervisor."""

    account: str
    voting: bool
    choice: str


class Tally(NamedTuple):
    approve: int
    reject: int
    abstain: int
    recused: int
    approved: bool


def next_state(state: str, step: str) -> str:
    """Raises `WrongState`."""
    if step not in STEPS[state]:
        raise WrongState(state=state, step=step, possible=sorted(STEPS[state]))
    return STEPS[state][step]


def must_be_complete(body: ApplicationIn) -> None:
    """Raises `Invalid`."""
    applicants = [one for one in (body.applicant_resident_id, body.applicant_organisation_id) if one is not None]
    errors = []
    if len(applicants) != 1:
        errors.append(("applicant_resident_id", Words("须写明一个申请人", "One applicant, a resident or an organisation")))
    if body.kind == "family_aid" and body.applicant_organisation_id is not None:
        errors.append(("applicant_organisation_id", Words("家庭救助的申请人是居民", "Help for a family is a resident's")))
    if errors:
        raise Invalid(errors=[FieldError(f"body.{field}", why) for field, why in errors])


def must_be_another(account: str, others: Collection[str | None], duty: str) -> None:
    """L5: author, approver and payer are different people. Raises `SamePerson`."""
    if account in others:
        raise SamePerson(duty=duty)


def must_be_cast_rightly(choice: str, *, voting: bool, related: bool, reason: str | None) -> None:
    """Raises `Related` or `Invalid`."""
    if related and choice != "recused" and voting:
        raise Related()
    if voting == (choice == "attended"):
        why = Words("委员投票，监督员列席", "Members vote, supervisors attend")
        raise Invalid(errors=[FieldError("body.choice", why)])
    if choice in ("reject", "recused") and reason is None:
        raise Invalid(errors=[FieldError("body.reason", Words("须写明理由", "A reason is needed"))])


def must_close_later(closes_at: datetime, now: datetime) -> None:
    """Raises `Invalid`."""
    if closes_at <= now:
        raise Invalid(errors=[FieldError("body.closes_at", Words("须晚于现在", "Must lie ahead"))])


def must_be_over(closes_at: datetime | None, now: datetime) -> None:
    """A round is not cut short by another one. Raises `NotDecidable`."""
    if closes_at is not None and now < closes_at:
        raise NotDecidable(closes_at=closes_at.isoformat())


def must_still_run(closes_at: datetime | None, now: datetime) -> None:
    """Raises `WrongState`: the vote is over."""
    if closes_at is None or closes_at <= now:
        raise WrongState(state="vote_closed", step="vote", possible=["decide"])


def tally(votes: Sequence[Vote], voting_members: int, charter: Charter, *, closed: bool) -> Tally:
    """Recused ballots count for nothing. Raises `NotDecidable` without a quorum, without a supervisor, or while ballots
    are missing and the vote is still open."""
    count = Counter(vote.choice for vote in votes)
    present = count["approve"] + count["reject"] + count["abstain"]
    missing = voting_members - present - count["recused"]
    if missing > 0 and not closed:
        raise NotDecidable(missing=missing)
    if not reaches(present, voting_members, charter.quorum):
        raise NotDecidable(rule="quorum", present=present, members=voting_members)
    if count["attended"] < charter.least_supervisors:
        raise NotDecidable(rule="supervisor", attended=count["attended"], needed=charter.least_supervisors)
    return Tally(count["approve"], count["reject"], count["abstain"], count["recused"],
                 approved=exceeds(count["approve"], present, charter.threshold))


def reaches(part: int, whole: int, share: tuple[int, int]) -> bool:
    return part * share[1] >= share[0] * whole


def exceeds(part: int, whole: int, share: tuple[int, int]) -> bool:
    """More than half, if half is the share; of two thirds, two thirds are enough."""
    return part * share[1] > share[0] * whole if share == (1, 2) else part > 0 and reaches(part, whole, share)


def approvers(votes: Iterable[Vote]) -> frozenset[str]:
    return frozenset(vote.account for vote in votes if vote.choice == "approve")


def must_be_within(amount: int, most: int, field: str) -> None:
    """Raises `Invalid`: no more than was asked for, or was awarded."""
    if amount > most:
        raise Invalid(errors=[FieldError(f"body.{field}", Words("超过上限", "More than allowed"))], most=most)


def must_be_noticed(notice_until: date | None, today: date) -> None:
    """Money is paid once everybody had the days to object. Raises `NoticeRuns`."""
    if notice_until is None or today <= notice_until:
        raise NoticeRuns(notice_until=str(notice_until))
