"""Whose gift it is: a donor of the register sees their own."""

from sqlmodel import col

from services.resources.fund.gifts.models import Gift
from services.resources.rights.own import is_mine
from shared.identity.caller import Caller
from shared.identity.within import Within
from shared.types import Community


def within(caller: Caller, community: Community | None = None) -> Within:
    return caller.within(Gift.community, community, own=is_mine(caller, col(Gift.donor_resident_id)))
