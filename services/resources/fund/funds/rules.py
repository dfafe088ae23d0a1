"""What a fund needs before money comes in, and which step leads where. Pure."""

from datetime import date

from services.resources.fund.funds.models import FundIn
from shared.http.problems import Conflict, FieldError, Invalid, Words, WrongState

STEPS: dict[str, dict[str, str]] = {
    "forming": {"activate": "active", "close": "closed"},
    "active": {"freeze": "frozen", "wind_up": "closing"},
    "frozen": {"activate": "active", "wind_up": "closing"},
    "closing": {"close": "closed"},
    "closed": {},
}

BOOKED_IN: dict[str, frozenset[str]] = {
    "forming": frozenset(),
    "active": frozenset({"post", "hold", "post_hold", "void_hold", "expire_hold", "reverse"}),
    "frozen": frozenset({"void_hold", "expire_hold", "reverse"}),
    "closing": frozenset({"hold", "post_hold", "void_hold", "expire_hold", "reverse"}),
    "closed": frozenset(),
}
"""State → kinds of transfers. A frozen fund pays nothing out; one that is closing takes nothing in."""


class FundNotEmpty(Conflict):
    slug, title = "fund-not-empty", Words("基金尚有余额或待付款项", "The fund still has money, or promised some")


def next_state(state: str, step: str) -> str:
    """Raises `WrongState`."""
    if step not in STEPS[state]:
        raise WrongState(state=state, step=step, possible=sorted(STEPS[state]))
    return STEPS[state][step]


def must_book(state: str, kind: str) -> None:
    """Raises `WrongState`."""
    if kind not in BOOKED_IN[state]:
        raise WrongState(state=state, step=kind, possible=sorted(BOOKED_IN[state]))


def must_be_complete(body: FundIn, today: date) -> None:
    """A fund with a host has an agreement with it that is in force. Raises `Invalid` naming everything."""
    hosted = body.mode == "host_fund"
    errors = []
    if hosted != (body.host_organisation_id is not None):
        errors.append(("host_organisation_id", Words("专项基金须写明所属慈善组织，互助金不填",
                                                      "Names the host of a host_fund, and of nothing else")))
    if hosted and body.agreement is None:
        errors.append(("agreement", Words("须有与慈善组织的协议", "The agreement with the host is missing")))
    if body.agreement_ends_on is not None and body.agreement_ends_on < today:
        errors.append(("agreement_ends_on", Words("协议已到期", "The agreement has ended")))
    if errors:
        raise Invalid(errors=[FieldError(f"body.{field}", why) for field, why in errors])


def must_be_empty(cash: int, held: int) -> None:
    """Raises `FundNotEmpty`."""
    if cash or held:
        raise FundNotEmpty(cash=cash, held=held)
