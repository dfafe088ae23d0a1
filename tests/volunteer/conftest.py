from collections.abc import AsyncIterator

import pytest

from services.volunteer.main import app
from shared.testing import TestService, running


@pytest.fixture
async def volunteer(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(app) as service:
        yield service
