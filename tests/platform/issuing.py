"""The issuer under test as the services are: on a database of its own, taking the tokens of `bearer`."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from shared.identity.issuer.settings import IssuerSettings
from shared.identity.main import app
from shared.testing import ISSUER, KEY, NOBODY_LISTENS, WITHOUT_HASTE, TestService, field_keys_file
from shared.testing.databases import fresh_database, password_file


@asynccontextmanager
async def running_as_service(folder: Path) -> AsyncIterator[TestService]:
    key = folder / "signing_key.json"
    key.write_text(json.dumps(KEY.as_dict(private=True)))
    async with fresh_database("identity") as url:
        app.state.settings = IssuerSettings(
            database_url=url, database_password_file=password_file("linli_identity_app"), issuer_url=ISSUER,
            nats_url=NOBODY_LISTENS, field_keys_file=field_keys_file("identity"),
            signing_key_file=key, **WITHOUT_HASTE)
        async with app.router.lifespan_context(app):
            yield TestService(app)
