"""How long the volunteer service keeps what. No period here is read in a law: all are Linli's own."""

from datetime import date

from sqlmodel import col

from services.volunteer.hazards.models import Hazard
from services.volunteer.volunteers.models import Volunteer
from shared.http.problems import Words
from shared.privacy.retention.classes import RetentionClass, forgets

TEXTS = Words("早已处理的隐患的文字和照片", "Texts and pictures of dangers removed long ago")
LEFT = Words("早已退出的志愿者", "Volunteers who left long ago")

CLASSES = (
    RetentionClass(
        "closed_hazard_texts", TEXTS, 36, "anonymise", "own", date(2026, 11, 25),
        lambda before: col(Hazard.state).in_(("closed", "rejected", "duplicate")) & (col(Hazard.updated_at) < before),
        forgets(Hazard, TEXTS, blanked={"description": None, "place_label": None, "photos": []})),
    RetentionClass(
        "volunteers_who_left", LEFT, 36, "anonymise", "own", date(2026, 11, 25),
        lambda before: (col(Volunteer.status) == "exited") & (col(Volunteer.updated_at) < before),
        forgets(Volunteer, LEFT, key=lambda row: row.id, blanked={
            "sex": None, "birth_date": None, "resident_id": None, "subject": None, "skills": [], "qualifications": [],
            "organisation": None})),
)
