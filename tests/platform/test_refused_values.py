"""A value that PostgreSQL or its driver cannot store is the sender's fault, and never looks like a database away."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.resources.main import app
from shared.db import is_away, is_refused_value
from shared.reach import EVERYWHERE
from shared.testing import bearer, running

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("statement", "refused"), [
    ("select 'abcdef'::varchar(3), cast('x' as int)", True),
    ("select 2147483647 + 1", True),
    ("select convert_from('\\x00', 'UTF8')", True),
    ("select no_such_column", False),
])
async def test_class_22_is_refused_and_not_away(anyio_backend: str, statement: str, refused: bool) -> None:
    async with running(app) as service:
        with pytest.raises(DBAPIError) as error:
            async with service.state.database.transaction(EVERYWHERE) as tx:
                await tx.exec(text(statement))
    assert is_refused_value(error.value) is refused
    assert not is_away(error.value)


async def test_over_http_it_is_a_422(anyio_backend: str) -> None:
    somebody = bearer("community_admin@dungen", subject="x" * 300)
    async with running(app) as service:
        answer = await service.post(
            "/v1/stock-lots", somebody, {"community": "dungen", "item": "mask", "quantity": 1}, **{"Idempotency-Key": "k"})
    assert answer.status_code == 422
