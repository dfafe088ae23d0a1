"""The volunteer service without what guards its data, for the comparison alone.

    WITHOUT=log          uvicorn deploy.bench.unguarded:app    # no entry in the log (shared/privacy/audit)
    WITHOUT=rows,fields,log  …                                 # and none of the other guards either

Without `rows` the database's role must be one with BYPASSRLS (`guards.py` makes it): then no policy is looked at.
"""

import os
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from deploy.topology import module_of
from shared import connections, db
from shared.privacy.fields.columns import SEALED
from shared.privacy.fields.tokens import Token
from shared.privacy.fields.vault import Change, Vault


LOOKS_SEALED = "s1."
"""The database takes nothing else into such a column."""


def no_entry(info: Mapping[str, Any], service: str) -> list[str]:
    return []


def no_reach(reach: str) -> str:
    return "begin"


async def any_role(database: db.Database) -> None:
    return None


async def written_plain(vault: Vault, table: type | None, changes: Iterable[Change]) -> list[Change]:
    return [(row, column, Token(f"{LOOKS_SEALED}{value}")) for row, column, value in changes]


async def read_plain(vault: Vault, rows: Iterable[Any], table: type | None = None) -> list[Change]:
    return [(row, column, token.removeprefix(LOOKS_SEALED)) for row in rows for column in SEALED[table or type(row)]
            if isinstance(token := row.__dict__.get(column), Token)]


WITHOUT = {
    "log": [(db, "closing", no_entry)],
    "rows": [(connections, "opening", no_reach), (db.Database, "refuse_powerful_role", any_role)],
    "fields": [(Vault, "seal", written_plain), (Vault, "open", read_plain)],
}
for guard in os.environ["WITHOUT"].split(","):
    for place, what, instead in WITHOUT[guard]:
        setattr(place, what, instead)

module, _, name = module_of("volunteer").partition(":")
app = getattr(import_module(module), name)
