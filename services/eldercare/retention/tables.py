"""What was approved to be forgotten here, and the rows it was done to."""

from services.eldercare.tables import Table
from shared.privacy.retention.models import RetainedRow as RetainedRowColumns
from shared.privacy.retention.models import RetentionApprovalRow, RetentionTables


class RetentionApproval(RetentionApprovalRow, Table, table=True):
    __tablename__ = "retention_approval"


class RetainedRow(RetainedRowColumns, Table, table=True):
    __tablename__ = "retained_row"


RETENTION = RetentionTables(RetentionApproval, RetainedRow)
