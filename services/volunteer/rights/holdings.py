"""What the volunteer service holds about a resident."""

from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from services.volunteer.hazards.models import Hazard
from services.volunteer.imports.models import ImportOutcome, VolunteerLink
from services.volunteer.volunteers.models import Volunteer
from shared.http.problems import Words
from shared.privacy.rights.holdings import Holding, Subject


def of_the_volunteer(column: Any, who: Subject) -> ColumnElement[bool]:
    return column.in_(select(Volunteer.id).where(Volunteer.resident_id == who.resident_id))


def reported_by_them(who: Subject) -> ColumnElement[bool]:
    accounts = select(Volunteer.subject).where(Volunteer.resident_id == who.resident_id, col(Volunteer.subject).is_not(None))
    return or_(col(Hazard.reported_by).in_(accounts), col(Hazard.reported_by) == who.account)


HOLDINGS = (
    Holding(
        ImportOutcome, Words("名单导入时的原文", "Rows as written in lists"),
        lambda who: of_the_volunteer(col(ImportOutcome.record_id), who),
        ("sheet", "row", "column", "header", "text", "raw"), deleted=True),
    Holding(
        VolunteerLink, Words("出自哪些名单", "Lists they were collected from"),
        lambda who: of_the_volunteer(col(VolunteerLink.volunteer_id), who),
        ("list_kind", "file_name", "sheet", "row", "linked_at"), deleted=True),
    Holding(
        Hazard, Words("本人报告的隐患", "Dangers they reported"), reported_by_them,
        ("id", "kind", "severity", "state", "description", "place_label", "photos", "reported_at", "closed_at"),
        kept=lambda row: "safety_of_others"),
    Holding(
        Volunteer, Words("志愿者登记", "Entry as a volunteer"), lambda who: col(Volunteer.resident_id) == who.resident_id,
        ("id", "community", "name", "sex", "birth_date", "id_number", "phones", "squad_id", "squad_role", "skills",
         "qualifications", "availability", "organisation", "joined_on", "status", "notes", "aliases", "details",
         "created_at", "updated_at"),
        key=lambda row: row.id,
        blanked={"sex": None, "birth_date": None, "resident_id": None, "subject": None, "squad_role": "member",
                 "skills": [], "qualifications": [], "organisation": None, "status": "exited"}),
)
"""The volunteer comes last: the others are found by it."""
