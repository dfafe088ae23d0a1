"""This service's part in requests about a person, and whose data it no longer uses."""

from services.mediation.tables import Table
from shared.privacy.rights.models import RestrictedSubjectRow, RightsTables, SubjectPartRow


class SubjectPart(SubjectPartRow, Table, table=True):
    __tablename__ = "subject_part"


class RestrictedSubject(RestrictedSubjectRow, Table, table=True):
    __tablename__ = "restricted_subject"


RIGHTS = RightsTables(SubjectPart, RestrictedSubject)
