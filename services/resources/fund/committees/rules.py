"""Whether a committee may decide at all. Pure; the figures are in charters.py."""

from collections.abc import Sequence
from datetime import date

from services.resources.fund.committees.charters import CHARTERS, Charter
from services.resources.fund.committees.models import MemberIn
from shared.http.problems import FieldError, Invalid, Words, WrongState, invalid

VOTING = frozenset({"chair", "member"})


def charter_of(version: str, today: date) -> Charter:
    """Raises `Invalid`."""
    charter = CHARTERS.get(version)
    if charter is None or charter.starts_on > today:
        raise invalid("body.charter", "没有这个章程版本", "No such charter", known=sorted(CHARTERS))
    return charter


def must_be_composed(members: Sequence[MemberIn], charter: Charter) -> None:
    """Enough members, an odd number, supervisors besides, and nobody twice. Raises `Invalid` naming all that is wrong."""
    voting = sum(member.role in VOTING for member in members)
    supervisors = len(members) - voting
    residents = [member.resident_id for member in members if member.resident_id]
    wrong = []
    if voting < charter.least_members:
        wrong.append(Words(f"委员不得少于{charter.least_members}人", f"At least {charter.least_members} voting members"))
    if charter.odd and voting % 2 == 0:
        wrong.append(Words("委员人数须为单数", "An odd number of voting members"))
    if supervisors < charter.least_supervisors:
        wrong.append(Words(f"监督员不得少于{charter.least_supervisors}人", f"At least {charter.least_supervisors} supervisors"))
    if sum(member.role == "chair" for member in members) > 1:
        wrong.append(Words("只能有一名主任", "One chair at most"))
    if len({member.account for member in members}) < len(members) or len(set(residents)) < len(residents):
        wrong.append(Words("有人重复", "Somebody is named twice"))
    if wrong:
        raise Invalid(errors=[FieldError("body.members", why) for why in wrong], voting=voting, supervisors=supervisors)


def must_have_a_term(ends_on: date, today: date) -> None:
    """Raises `Invalid`."""
    if ends_on < today:
        raise invalid("body.ends_on", "任期已结束", "The term is over already")


def must_sit(state: str, ends_on: date, today: date) -> None:
    """Raises `WrongState`: a committee whose term is over opens no vote."""
    if state != "active" or ends_on < today:
        raise WrongState(state=state, step="decide", ends_on=str(ends_on), possible=[])
