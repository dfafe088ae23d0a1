"""What the eldercare service holds about a resident."""

from sqlmodel import col

from services.eldercare.consents.models import HeardConsent
from services.eldercare.home_safety.models import HomeSafetyCheck, HomeSafetyFinding
from shared.http.problems import Words
from shared.privacy.rights.holdings import Holding

HOLDINGS = (
    Holding(
        HomeSafetyFinding, Words("居家安全检查所见", "What was found in their home"),
        lambda who: col(HomeSafetyFinding.resident_id) == who.resident_id,
        ("id", "check_id", "room", "item", "result", "kind", "severity", "note", "photos", "state", "outcome",
         "settled_at", "accepted_by", "accepted_at"),
        key=lambda row: row.check_id, blanked={"photos": []}),
    Holding(
        HomeSafetyCheck, Words("居家安全检查", "Checks of their home"),
        lambda who: col(HomeSafetyCheck.resident_id) == who.resident_id,
        ("id", "community", "place_id", "checklist", "checked_at", "items_checked", "hazards_found", "basis"),
        blanked={"place_id": None}),
    Holding(
        HeardConsent, Words("已知的同意与撤回", "Consents as heard of"),
        lambda who: col(HeardConsent.resident_id) == who.resident_id,
        ("id", "purpose", "recipient_id", "starts_on", "ends_on", "stopped_id"), kept=lambda row: "consent_proof"),
)
"""What is left of an erased check are codes and counts under an id whose entry in the register nobody can read."""
