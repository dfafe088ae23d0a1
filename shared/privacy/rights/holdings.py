"""What a service holds about a resident, as data: one `Holding` for each table, all of them in one list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, true

from shared.http.problems import Words

KEPT_BECAUSE: dict[str, Words] = {
    "consent_proof": Words("同意与撤回的记录须留存备查", "Records of consent and of its withdrawal are kept as proof"),
    "processing_record": Words("个人信息处理记录须留存", "Records of how data was processed are kept"),
    "other_party": Words("同时涉及对方当事人，停止使用、只作保存", "It is the other party's file too: no longer used, only stored"),
    "safety_of_others": Words("关系他人安全，且不含本人姓名电话", "The safety of others depends on it, and it names nobody"),
    "accounts": Words("捐赠与支付的账目须留存", "The books of gifts and payments are kept"),
    "totals": Words("只留编码与计数，不能再认出本人", "Codes and counts alone, which tell of nobody any more"),
}
"""Codes for what stays although somebody asked for erasure. Period and article are not claimed here: see
services/resources/rights/retention for what is read in the law and what is Linli's own."""


@dataclass(frozen=True)
class Subject:
    """Whom a request is about. `account`: theirs, known only when they asked by themselves."""

    resident_id: UUID
    account: str | None = None


def never_kept(row: Any) -> str | None:
    return None


@dataclass(frozen=True)
class Holding:
    """`found`: which rows are about somebody. `exported`: the columns they get. `staff_get`: which of the rows staff
    get who hand an export out; all but what is for the person alone. On erasure a row is kept for a reason
    of `KEPT_BECAUSE`, or deleted, or its columns are `blanked` and the key it is sealed under (`key`) is destroyed."""

    table: type
    what: Words
    found: Callable[[Subject], ColumnElement[bool]]
    exported: tuple[str, ...]
    staff_get: Callable[[], ColumnElement[bool]] = true
    key: Callable[[Any], UUID] | None = None
    blanked: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    deleted: bool = False
    kept: Callable[[Any], str | None] = never_kept
