"""AZ-8: the log of a service is one chain, whoever writes to it at once, and nobody changes what stands in it."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.volunteer.main import app
from shared.privacy.audit import record
from shared.privacy.audit.chain import GENESIS, hash_of
from shared.reach import EVERYWHERE
from shared.testing import TestService, bearer, running

pytestmark = pytest.mark.anyio

HAZARD = {"community": "yingui", "kind": "no_smoke_detector", "place_label": "5栋2单元"}


async def test_a_change_is_entered_with_who_what_and_where() -> None:
    async with running(app) as service:
        hazard = (await service.post("/v1/hazards", bearer("squad_leader@yingui", subject="leader"), HAZARD)).json()
        [entry] = await service.entered()
        print(entry.body)
        assert (entry.seq, entry.prev_hash, entry.hash) == (1, GENESIS, hash_of(GENESIS, 1, entry.body))
