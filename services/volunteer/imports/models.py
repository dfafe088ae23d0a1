"""The tables of imports, and what is kept of the lists themselves."""

from datetime import date
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.volunteer.tables import Table
from shared.imports.importer import ImportTables
from shared.imports.models import ImportFileRow, ImportOutcomeRow, ImportRow, LinkRow
from shared.types import new_id


class Import(ImportRow, Table, table=True):
    __tablename__ = "import"


class ImportFile(ImportFileRow, Table, table=True):
    __tablename__ = "import_file"


class ImportOutcome(ImportOutcomeRow, Table, table=True):
    __tablename__ = "import_outcome"


class VolunteerLink(LinkRow, Table, table=True):
    __tablename__ = "volunteer_link"
    __table_args__ = (UniqueConstraint("community", "file_digest", "sheet", "row", "block"),)

    volunteer_id: UUID = Field(foreign_key="volunteer.id", index=True)


class PatrolRecord(Table, table=True):
    """One line of a patrol notebook, and the hazards made of it. `keys`: by these the same line is known again."""

    __tablename__ = "patrol_record"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community: str = Field(max_length=31, index=True)
    keys: list[str] = Field(sa_type=JSONB)
    hazard_ids: list[str] = Field(sa_type=JSONB)
    found_on: date | None = None
    found_by: list[str] = Field(default_factory=list, sa_type=JSONB)
    place_label: str | None = None
    state_text: str | None = None
    measures: str | None = None
    fixed_on: date | None = None
    reinspected_on: date | None = None
    record_number: str | None = None
    notes: str | None = None
    details: dict = Field(default_factory=dict, sa_type=JSONB)
    import_id: UUID


TABLES_OF_IMPORTS = ImportTables(Import, ImportFile, ImportOutcome)
