"""Whose elders are whose, in SQL: the same for lists and for single rows."""

from typing import Any

from sqlalchemy import ColumnElement, false
from sqlmodel import col, select

from services.eldercare.home_safety.models import HomeSafetyCheck, HomeSafetyFinding
from shared.identity.caller import Caller
from shared.identity.within import Within


def checks(caller: Caller, community: str | None = None) -> Within:
    return caller.within(HomeSafetyCheck.community, community, own=col(HomeSafetyCheck.checked_by) == caller.subject,
                         elder=is_my_elder(caller, col(HomeSafetyCheck.resident_id)))


def findings(caller: Caller, community: str | None = None) -> Within:
    mine = select(HomeSafetyCheck.id).where(HomeSafetyCheck.checked_by == caller.subject)
    return caller.within(HomeSafetyFinding.community, community, own=col(HomeSafetyFinding.check_id).in_(mine),
                         elder=is_my_elder(caller, col(HomeSafetyFinding.resident_id)))


def is_my_elder(caller: Caller, resident_id: Any) -> ColumnElement[bool]:
    """A grant names them; or, without a name, the caller has checked their home."""
    visited = select(HomeSafetyCheck.resident_id).where(HomeSafetyCheck.checked_by == caller.subject)
    by_relation = resident_id.in_(visited) if caller.related_as("elder") else false()
    return resident_id.in_(sorted(caller.units("elder"))) | by_relation
