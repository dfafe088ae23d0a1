"""The issuer's table base. It says no events, so it has none of the tables that a service has for them."""

from sqlmodel import SQLModel

from shared.db import service_registry


class Table(SQLModel, registry=service_registry()):
    pass
