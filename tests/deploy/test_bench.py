"""The yardstick does the SQL of today's tables: a column it forgets would make Linli look fast."""

import re

from deploy.bench.bare import INSERT_HAZARD, INSERT_OUTBOX
from services.volunteer.hazards.models import Hazard
from services.volunteer.tables import Outbox


def columns_of(statement: str) -> set[str]:
    return set(re.search(r"\(([^)]+)\)\s+values", statement, re.S).group(1).replace("\n", "").replace(" ", "").split(","))


def required(table: type) -> set[str]:
    return {column.name for column in table.__table__.columns if not column.nullable and not column.autoincrement is True}


def test_the_bare_handlers_fill_every_required_column() -> None:
    assert required(Hazard) <= columns_of(INSERT_HAZARD)
    assert required(Outbox) - {"id"} <= columns_of(INSERT_OUTBOX)
