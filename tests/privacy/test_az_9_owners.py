"""AZ-9: what is written of the owner of a house belongs to the owner's file, and goes with it."""

from uuid import UUID

import pytest
from sqlalchemy import text

from services.resources.register.places.models import Building
from services.resources.register.places.owners import link_houses
from services.resources.register.residents.models import Resident
from shared.reach import EVERYWHERE
from shared.testing import TestService
from tests.privacy.test_az_9_erased import NOW, erase_person, name_of
from tests.privacy.test_az_9_requests import NAME, PHONE, WORKER, post

pytestmark = pytest.mark.anyio


async def resident(resources: TestService, **more: object) -> UUID:
    body = {"community": "yingui", "name": NAME, "phones": [PHONE], "birth_date": "1941-03-04"} | more
    return UUID((await post(resources, "/v1/residents", WORKER, body))["id"])


async def house(resources: TestService, **more: object) -> UUID:
    body = {"community": "yingui", "name": "24号", "code": "CZW001", "owner_name": NAME, "owner_phones": [PHONE],
            "details": {"备注": "房东电话13800005678"}} | more
    return UUID((await post(resources, "/v1/buildings", WORKER, body))["id"])


async def written(resources: TestService, id: UUID) -> dict:
    async with resources.state.database.reading(EVERYWHERE) as reading:
        return dict((await reading.exec(text("select * from building where id = :id").bindparams(id=id))).mappings().one())


async def link(resources: TestService, owner: UUID) -> int:
    async with resources.state.database.transaction(EVERYWHERE) as tx:
        return await link_houses(tx, await tx.get(Resident, owner), NOW)


async def test_older_copies_of_a_house_tell_nothing_of_an_erased_owner(resources: TestService) -> None:
    owner = await resident(resources)
    id = await house(resources)
    before = (await written(resources, id))["owner_name"]
    assert await link(resources, owner) == 1, "by name and telephone"
    older = await written(resources, id)
    assert older["owner_name"] != before, "sealed anew, under the key of the owner"
    await erase_person(resources, owner)
    shown = (await resources.get(f"/v1/buildings/{id}?reveal=true", WORKER)).json()
    assert (shown["owner_id"], shown["owner_name"], shown["owner_phones"], shown["details"]) == (None, None, [], {})

    async with resources.state.database.transaction(EVERYWHERE) as tx:  # the backup is put back, byte by byte
        await tx.exec(text("update building set owner_name = :name, owner_phones = :phones, details = :details")
                      .bindparams(name=older["owner_name"], phones=older["owner_phones"], details=older["details"]))
    assert await name_of(resources, owner) == ""
    async with resources.state.database.transaction(EVERYWHERE) as tx:
        read = await tx.get(Building, id)
        assert (read.owner_name, read.owner_phones, read.details) == (None, [], {})


@pytest.mark.parametrize(("more", "linked"), [
    ({}, 1), ({"owner_name": "何静"}, 0), ({"owner_phones": ["13900000000"]}, 0), ({"owner_name": None}, 1),
])
async def test_a_house_is_whose_name_and_telephone_it_names(resources: TestService, more: dict, linked: int) -> None:
    owner = await resident(resources)
    await house(resources, **more)
    assert await link(resources, owner) == linked


async def test_the_day_of_birth_is_sealed_too(resources: TestService) -> None:
    id = await resident(resources)
    async with resources.state.database.reading(EVERYWHERE) as reading:
        assert (await reading.scalar(text("select birth_date from resident"))).startswith("s1.")
    assert (await resources.get(f"/v1/residents/{id}?reveal=true", WORKER)).json()["birth_date"] == "1941-03-04"
