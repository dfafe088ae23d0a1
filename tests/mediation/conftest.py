from collections.abc import AsyncIterator

import pytest

from services.mediation.main import app
from shared.testing import TestService, running


@pytest.fixture
async def mediation(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(app) as service:
        yield service
