"""This service's part in requests about a person, and whose data it no longer uses."""

from services.volunteer.tables import Table
from shared.privacy.rights.models import (
    ErasedSubjectRow, RestrictedSubjectRow, RightsTables, SubjectPartRow, waiting_index,
)


class SubjectPart(SubjectPartRow, Table, table=True):
    __tablename__ = "subject_part"


class RestrictedSubject(RestrictedSubjectRow, Table, table=True):
    __tablename__ = "restricted_subject"


class ErasedSubject(ErasedSubjectRow, Table, table=True):
    __tablename__ = "erased_subject"
    __table_args__ = (waiting_index("erased_subject"),)


RIGHTS = RightsTables(SubjectPart, RestrictedSubject, ErasedSubject)
