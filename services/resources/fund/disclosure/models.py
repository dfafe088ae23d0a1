"""What became of a gift, for whoever gave it; and what a fund shows to everybody. Nobody who was helped is in either."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule

from services.resources.fund.funds.models import FundMode
from services.resources.fund.gifts.models import GiftKind, GiftState
from shared.types import Out


class UseOut(Out):
    """A part of the gift that was paid out; of a payment made of several gifts, this one's part."""

    purpose: str
    amount: int
    paid_on: date
    reported: bool = Rule(description="Whether it was reported what the money did")


class HandOverOut(Out):
    """Goods of the gift's lot that were handed over, less what came back."""

    item: str
    quantity: int
    handed_over_on: date


class TraceOut(Out):
    """Money is followed first in, first out within what it was given for. `left`: of money fen, of goods base units."""

    gift_id: UUID
    kind: GiftKind
    state: GiftState
    amount: int
    restriction: str
    received_on: date
    uses: list[UseOut]
    hand_overs: list[HandOverOut]
    left: int


class DonorOut(Out):
    """Somebody who agreed to be named."""

    name: str
    amount: int
    kind: GiftKind
    received_on: date


class SpentOut(Out):
    """`other` gathers the purposes for which fewer than five were helped. `helped`: null for fewer than five."""

    purpose: str | Literal["other"]
    amount: int
    helped: int | None


class DisclosureOut(Out):
    """Of the days from `since` up to and with `until`; `balance` is of now."""

    fund_id: UUID
    community: str
    title: str
    mode: FundMode
    since: date
    until: date
    received: int
    received_in_goods: int
    gifts: int
    donors: list[DonorOut]
    unnamed: int = Rule(description="Fen of gifts whose givers are not named")
    spent: list[SpentOut]
    returned: int = Rule(description="Fen that were paid and came back")
    balance: int
