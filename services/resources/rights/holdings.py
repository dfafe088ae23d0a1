"""What the resources service holds about a resident."""

from sqlalchemy import or_
from sqlmodel import col, select

from services.resources.fund.applications.models import Application
from services.resources.fund.committees.models import CommitteeMember
from services.resources.fund.gifts.models import Gift
from services.resources.imports.models import ImportOutcome
from services.resources.register.places.models import Building, Household
from services.resources.register.residents.models import Resident, ResidentLink
from services.resources.rights.consents.models import Consent
from services.resources.rights.emergency.models import EmergencyAccess
from services.resources.rights.requests.models import SubjectRequest
from shared.http.problems import Words
from shared.privacy.rights.holdings import Holding

HOLDINGS = (
    Holding(
        Resident, Words("居民登记", "Entry in the register"), lambda who: col(Resident.id) == who.resident_id,
        ("id", "community", "name", "sex", "birth_date", "id_number", "phones", "household_id", "relation", "address",
         "residence", "tags", "notes", "aliases", "family", "details", "kept", "left_on", "created_at", "updated_at"),
        key=lambda row: row.id, blanked={"sex": None, "birth_date": None, "household_id": None}),
    Holding(
        ResidentLink, Words("出自哪些名单", "Lists they were collected from"),
        lambda who: col(ResidentLink.resident_id) == who.resident_id,
        ("list_kind", "file_name", "sheet", "row", "linked_at"), deleted=True),
    Holding(
        ImportOutcome, Words("名单导入时的原文", "Rows as written in those lists"),
        lambda who: or_(
            col(ImportOutcome.record_id) == who.resident_id,
            col(ImportOutcome.record_id).in_(select(Household.id).where(Household.head_id == who.resident_id)),
            col(ImportOutcome.record_id).in_(select(Building.id).where(Building.owner_id == who.resident_id))),
        ("sheet", "row", "column", "header", "text", "raw"), deleted=True),
    Holding(
        Household, Words("作为户主", "Households they are the head of"),
        lambda who: col(Household.head_id) == who.resident_id,
        ("id", "number", "unit", "door", "address"), blanked={"head_id": None}),
    Holding(
        Building, Words("作为房东", "Houses they own"), lambda who: col(Building.owner_id) == who.resident_id,
        ("id", "name", "code", "address", "owner_name", "owner_phones", "owner_id_number"),
        blanked={"owner_id": None, "owner_name": None, "owner_phones": [], "owner_id_number": None, "details": {}}),
    Holding(
        Consent, Words("同意与撤回", "Consents and withdrawals"), lambda who: col(Consent.resident_id) == who.resident_id,
        ("id", "step", "purpose", "categories", "recipient_id", "basis", "notice", "starts_on", "ends_on", "method",
         "given_by", "is_minor", "guardian_relation", "guardian_name", "witness", "evidence", "reverses_id", "created_at"),
        kept=lambda row: "consent_proof"),
    Holding(
        SubjectRequest, Words("本人提出的请求", "Their requests"),
        lambda who: col(SubjectRequest.resident_id) == who.resident_id,
        ("id", "kind", "state", "asked_by", "guardian_relation", "wish", "opened_at", "due_at", "finished_at", "outcome"),
        kept=lambda row: "processing_record"),
    Holding(
        EmergencyAccess, Words("紧急情况下查阅过其档案", "Who opened their file in an emergency"),
        lambda who: col(EmergencyAccess.resident_id) == who.resident_id,
        ("id", "opened_by", "reason", "why", "opened_at", "ended_at", "reads", "verdict", "told_to", "told_at"),
        kept=lambda row: "processing_record"),
    Holding(
        Gift, Words("捐赠", "What they gave"), lambda who: col(Gift.donor_resident_id) == who.resident_id,
        ("id", "fund_id", "kind", "amount", "restriction", "received_on", "publish_name", "donor_name", "donor_phone",
         "remark", "state", "receipt_waived_at"),
        kept=lambda row: "accounts"),
    Holding(
        Application, Words("向基金的申请", "What they applied for"),
        lambda who: col(Application.applicant_resident_id) == who.resident_id,
        ("id", "fund_id", "kind", "purpose", "amount", "story", "evidence", "state", "awarded", "appeal", "report"),
        kept=lambda row: "accounts" if row.payment_id else None, key=lambda row: row.id,
        blanked={"applicant_resident_id": None, "story": None, "evidence": [], "appeal": None, "report": None}),
    Holding(
        CommitteeMember, Words("在基金管委会任职", "Seats in a fund's committee"),
        lambda who: col(CommitteeMember.resident_id) == who.resident_id,
        ("id", "committee_id", "role"), blanked={"resident_id": None}),
)
"""Handouts and the stock ledger name organisations and receivers as a list wrote them, without an id of the register:
nobody is found there by who they are, so they are no part of a file (see deploy/README.md, how such text is kept). Houses of
owners who were only written down are theirs before this is asked (register/places/owners.py)."""
