"""How a table says which of its columns are sealed, under whose key, and which of them people are found by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import LargeBinary, Text, event, func, type_coerce
from sqlalchemy.orm import Mapper
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field

from shared.privacy.fields.tokens import EMPTY, Kind, Token


class SealedType(TypeDecorator):
    """Takes and gives tokens alone: a plain value that would reach the database by any other way is refused."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(LargeBinary() if self.kind == "bytes" else Text())

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, Token):
            raise TypeError("a sealed column takes sealed values only")
        return value.encode() if self.kind == "bytes" else str(value)

    def process_result_value(self, value: Any, dialect: Any) -> Token | None:
        if value is None:
            return None
        return Token(bytes(value).decode("latin-1") if self.kind == "bytes" else value)


    def as_written(self, column: Any) -> Any:
        """What stands in the database, as text that can be compared."""
        if self.kind == "bytes":
            return func.encode(type_coerce(column, LargeBinary), "escape", type_=Text)
        return type_coerce(column, Text)


def sealed(kind: Kind = "text", **options: Any) -> Any:
    """`name: str = sealed()`; `phones: list[str] = sealed("list", default_factory=list)`."""
    return Field(sa_type=SealedType(kind), **options)


def community_subject(community: str) -> UUID:
    """Whose key seals what is nobody's file, e.g. the description of a hazard: it is the community's."""
    return uuid5(NAMESPACE_URL, f"urn:linli:community:{community}")


def by_own_id(row: Any) -> UUID:
    return row.id


def by_community(row: Any) -> UUID:
    return community_subject(row.community)


@dataclass(frozen=True)
class Sealing:
    """`subject` gives whose key seals a row. `found_by`: column → what makes of its value the words it is found by.
    `depends_on`: the column that says whose it is, where that may change: then all of the row is sealed anew.

    A table says it in `__sealing__`; without that a row is sealed under the key of its own id.
    """

    subject: Callable[[Any], UUID] = by_own_id
    found_by: Mapping[str, Callable[[Any], list[str]]] = field(default_factory=dict)
    depends_on: str | None = None


SEALED: dict[type, dict[str, Kind]] = {}
"""Every mapped class with sealed columns."""


@event.listens_for(Mapper, "after_mapper_constructed")
def remember_sealed_columns(mapper: Mapper, table: type) -> None:
    kinds = {name: column.type.kind for name, column in mapper.columns.items() if isinstance(column.type, SealedType)}
    if kinds:
        SEALED[table] = kinds
        event.listen(table, "load", expect_opening)
        event.listen(table, "refresh", expect_opening)


def expect_opening(row: Any, context: Any, names: Any = None) -> None:
    """Without a query there is no context: then an ORM-wide `update` told the row of its new, plain columns."""
    if context is not None:
        context.session.info.setdefault("closed", []).append(row)


def sealing_of(table: type) -> Sealing:
    return getattr(table, "__sealing__", None) or Sealing()


def row_name(keys: Any) -> str:
    return "/".join(str(key) for key in keys)


def is_closed(value: Any) -> bool:
    return isinstance(value, Token) and value != EMPTY
