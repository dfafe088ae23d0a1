"""What an elder's yes or no means for a check of their home; pure, and by events in any order."""

from datetime import date
from typing import Any

import pytest

from services.eldercare.consents import rules
from services.eldercare.consents.actions import standing_of
from services.eldercare.consents.reliance import HOME_SAFETY_CHECK
from shared.events.resources import ConsentGiven, ConsentWithdrawn
from shared.http.problems import Invalid
from shared.reach import EVERYWHERE
from shared.testing import TestService
from shared.types import new_id

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(("said", "standing", "basis"), [
    (None, "given", "consent"), (None, "none", "statutory_duty"), (None, "withdrawn", "statutory_duty"),
    ("emergency", "withdrawn", "emergency"), ("statutory_duty", "given", "statutory_duty"), ("consent", "given", "consent"),
    ("consent", "none", None), ("consent", "expired", None), ("consent", "refused", None),
])
def test_on_what_a_check_relies(said: Any, standing: str, basis: str | None) -> None:
    if basis is not None:
        assert rules.basis_of(HOME_SAFETY_CHECK, said, standing) == basis
        return
    with pytest.raises(Invalid):
        rules.basis_of(HOME_SAFETY_CHECK, said, standing)


@pytest.mark.parametrize(("basis", "standing", "written", "may"), [
    ("statutory_duty", "withdrawn", {"note": "x"}, False), ("statutory_duty", "refused", {"photos": ["p"]}, False),
    ("statutory_duty", "withdrawn", {"note": None, "photos": []}, True), ("emergency", "withdrawn", {"note": "x"}, True),
    ("statutory_duty", "none", {"note": "x"}, True), ("consent", "given", {"note": "x", "photos": ["p"]}, True),
])
def test_what_is_not_written_after_a_no(basis: Any, standing: str, written: dict[str, Any], may: bool) -> None:
    if may:
        rules.must_respect(HOME_SAFETY_CHECK, basis, standing, [("body.findings.0", written)])
        return
    with pytest.raises(Invalid):
        rules.must_respect(HOME_SAFETY_CHECK, basis, standing, [("body.findings.0", written)])


@pytest.mark.anyio
@pytest.mark.parametrize("order", [("given", "withdrawn"), ("withdrawn", "given")])
async def test_events_are_followed_in_whatever_order_they_come(eldercare: TestService, order: tuple[str, str]) -> None:
    resident, consent, withdrawal = new_id(), new_id(), new_id()
    about = {"consent_id": consent, "resident_id": resident, "purpose": "home_safety_check"}
    payloads = {"given": (ConsentGiven(**about, starts_on=date(2026, 1, 1)), consent),
                "withdrawn": (ConsentWithdrawn(**about), withdrawal)}
    for name in order:
        payload, subject = payloads[name]
        await eldercare.hear(payload, subject=str(subject))
    async with eldercare.state.database.transaction(EVERYWHERE) as tx:
        assert await standing_of(tx, resident, "home_safety_check", TODAY) == "withdrawn"
        assert await standing_of(tx, new_id(), "home_safety_check", TODAY) == "none"
