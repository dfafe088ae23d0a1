from collections.abc import AsyncIterator

import pytest

from services.resources.main import app
from shared.testing import TestService, running


@pytest.fixture
async def resources(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(app) as service:
        yield service
