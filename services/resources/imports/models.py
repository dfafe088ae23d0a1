"""The tables of imports."""

from services.resources.tables import Table
from shared.imports.importer import ImportTables
from shared.imports.models import ImportFileRow, ImportOutcomeRow, ImportRow


class Import(ImportRow, Table, table=True):
    __tablename__ = "import"


class ImportFile(ImportFileRow, Table, table=True):
    __tablename__ = "import_file"


class ImportOutcome(ImportOutcomeRow, Table, table=True):
    __tablename__ = "import_outcome"


TABLES_OF_IMPORTS = ImportTables(Import, ImportFile, ImportOutcome)
