"""The tables of imports, and what is kept of the lists themselves."""

from datetime import date
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.volunteer.tables import Table
from shared.imports.importer import ImportTables
from shared.imports.models import ImportFileRow, ImportOutcomeRow, ImportRow, LinkRow
from shared.privacy.fields.columns import Sealing, by_community, sealed
from shared.types import new_id


class Import(ImportRow, Table, table=True):
    __tablename__ = "import"


class ImportFile(ImportFileRow, Table, table=True):
    __tablename__ = "import_file"


class ImportOutcome(ImportOutcomeRow, Table, table=True):
    __tablename__ = "import_outcome"


class VolunteerLink(LinkRow, Table, table=True):
    __tablename__ = "volunteer_link"
    __sealing__ = Sealing(lambda link: link.volunteer_id)
    __table_args__ = (UniqueConstraint("community", "file_digest", "sheet", "row", "block"),)

    volunteer_id: UUID = Field(foreign_key="volunteer.id", index=True)


class PatrolRecord(Table, table=True):
    """One line of a patrol notebook, and the hazards made of it. `keys`: by these the same line is known again."""

    __tablename__ = "patrol_record"
    __sealing__ = Sealing(by_community)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community: str = Field(max_length=31, index=True)
    keys: list[str] = sealed("list")
    hazard_ids: list[str] = Field(sa_type=JSONB)
    found_on: date | None = None
    found_by: list[str] = sealed("list", default_factory=list)
    place_label: str | None = sealed(default=None)
    state_text: str | None = sealed(default=None)
    measures: str | None = sealed(default=None)
    fixed_on: date | None = None
    reinspected_on: date | None = None
    record_number: str | None = sealed(default=None)
    notes: str | None = sealed(default=None)
    details: dict = sealed("dict", default_factory=dict)
    import_id: UUID


TABLES_OF_IMPORTS = ImportTables(Import, ImportFile, ImportOutcome)
