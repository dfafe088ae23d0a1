"""How much of something: several terms, packs within packs, and what they come to in one unit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..workbook import CellValue
from .numbers import ABOUT, VAGUE, chinese_to_digits, to_decimal
from .reading import Reading
from .text import is_formula, is_missing, text
from .units import MEASURES, PACK, PACKS, UNIT, UNITS

FLAGS, LONGEST_UNIT = re.IGNORECASE, 60
SIGN = re.compile(r"[-−负]\s*\d")
NUMBER = r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?"
TERM = re.compile(rf"\+?\s*{NUMBER}\s*({UNIT}|[^\W\d_xX]{{0,2}}(?<!共))(?!\s*[/装])", FLAGS)
ANOTHER = re.compile(rf"\s*([+又和及加与、]|另外?)?\s*{NUMBER}\s*({UNIT})?(?!\s*[/装\d.])", FLAGS)
TIMES = re.compile(rf"\s*[×xX*]\s*(\d+)\s*({UNIT})?(?!\s*/)", FLAGS)
TOTAL = re.compile(rf"(?:共计|合计|总计|共|计|=|即)\s*(\d+)\s*({UNIT})?", FLAGS)
EACH = re.compile(rf"(?:每|一)({PACK})?(?:装|内|有|含|为)*\s*(\d+)\s*({UNIT})?", FLAGS)
EACH_IS = re.compile(rf"1\s*({PACK})\s*[=为]\s*(\d+)\s*({UNIT})?", FLAGS)
PER = re.compile(rf"(\d+)\s*({UNIT})?\s*/\s*(?:每)?\s*({PACK})", FLAGS)
TIMES_PER = re.compile(rf"[×xX*]\s*(\d+)\s*({UNIT})(?!\s*/)", FLAGS)
FILLED = re.compile(rf"(\d+)\s*({UNIT})装", FLAGS)
SAYS_NOTHING = re.compile(r"[\s,;:()\[\]、.。'\"/]+|约|共|计|整")


@dataclass(frozen=True, slots=True)
class Amount:
    """`terms`: (how many, word for the unit, '' when none is written). `packs`: pack → (how many, of what) it holds."""

    terms: tuple[tuple[int, str], ...]
    packs: Mapping[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Total:
    """`clear` is False where packs of unknown size, or units that do not go together, were counted.

    `written` is the same total for one list whatever the catalogue says: only packs that the list explains are opened.
    """

    quantity: int
    unit: str
    clear: bool
    written: str


def amount(value: CellValue, unit: CellValue = None, pack: CellValue = None) -> Reading[Amount | None]:
    """`4盒（50只/盒）`, `5箱零3桶`, `8+2`; `unit` is the column of units, `pack` the column of specifications.

    Warnings: `quantity_missing`, `quantity_vague`, `quantity_unreadable`, `bad_quantity` (negative, or not whole),
    `quantity_about`, `quantity_partly` (something beside the number was not understood).
    """
    cleaned = text(value)
    if is_missing(cleaned):
        return Reading(None, ("quantity_missing",), cleaned or None)
    if is_formula(value):
        return Reading(None, ("quantity_unreadable",), cleaned)
    digits = chinese_to_digits(cleaned)
    plain = ABOUT.sub("", digits)
    first = TERM.match(plain)
    if SIGN.match(plain):
        return Reading(None, ("bad_quantity",), cleaned)
    if first is None:
        return Reading(None, ("quantity_vague" if VAGUE.search(cleaned) else "quantity_unreadable",), cleaned)
    terms, rest = terms_of(plain, first)
    if terms is None:
        return Reading(None, ("bad_quantity",), cleaned)
    packs, unread = packs_of(rest, text(pack))
    about = ("quantity_about",) if plain != digits and not cleaned.startswith(("共", "总共", "计", "合计")) else ()
    partly = ("quantity_partly",) if unread else ()
    column = given_unit(unit)
    counted = tuple((number, word or column) for number, word in terms)
    return Reading(Amount(counted, packs), about + partly, cleaned if packs or unread or about else None)


def terms_of(plain: str, match: re.Match[str]) -> tuple[list[tuple[int, str]] | None, str]:
    """The terms and what stands behind them; None for terms that are not whole."""
    numbers, rest = [(match[1], match[2], match[3])], plain[match.end() :]
    while (another := ANOTHER.match(rest)) and (another[1] or (another[4] and numbers[-1][2])):
        numbers.append((another[2], another[3], another[4] or ""))
        rest = rest[another.end() :]
    if total := TOTAL.search(rest):
        numbers, rest = [(total[1], None, total[2] or "")], rest[: total.start()] + rest[total.end() :]
    terms = []
    for whole, part, word in numbers:
        number = to_decimal(whole.replace(",", "") + (part or ""))
        if number is None or number != number.to_integral_value():
            return None, rest
        terms.append((int(number), word))
    if times := TIMES.match(rest):
        terms[-1] = (terms[-1][0] * int(times[1]), times[2] or terms[-1][1])
        rest = rest[times.end() :]
    return terms, rest


def packs_of(rest: str, specification: str) -> tuple[dict[str, tuple[int, str]], str]:
    """What the packs hold, by the cell first, then by the specification; and what of the cell was not understood."""
    packs: dict[str, tuple[int, str]] = {}
    for pattern, (outer, size, inner) in READERS:
        for match in pattern.finditer(rest):
            packs.setdefault(outer and match[outer] or "", (int(match[size]), match[inner] or ""))
        rest = pattern.sub(" ", rest)
    said = chinese_to_digits(specification)
    for pattern, (outer, size, inner) in (*READERS, (TIMES_PER, (0, 1, 2))):
        for match in pattern.finditer(said):
            packs.setdefault(outer and match[outer] or "", (int(match[size]), match[inner] or ""))
        said = pattern.sub(" ", said)
    return packs, SAYS_NOTHING.sub("", rest)


READERS = ((EACH_IS, (1, 2, 3)), (PER, (3, 1, 2)), (EACH, (1, 2, 3)), (FILLED, (0, 1, 2)))
"""Patterns, and the groups that hold the pack, how many, and of what."""


def given_unit(unit: CellValue) -> str:
    cleaned = text(unit)
    return "" if is_missing(cleaned) else re.split(r"[(/、,]", cleaned)[0].strip()


def total(counted: Amount, base: str = "", base_word: str = "", packs: Mapping[str, int] | None = None) -> Total:
    """In the base unit (a code, '' when the goods have none yet); `packs`: what a pack holds by the catalogue."""
    opened = [open_packs(number, word, counted.packs, base, base_word) for number, word in counted.terms]
    units = {unit for _, unit in opened}
    written = "+".join(f"{sum(number for number, unit in opened if unit == one)}{one}" for one in sorted(units))
    if not base and len(units) == 1:
        return Total(sum(number for number, _ in opened), units.pop(), True, written)
    sizes = {**(packs or {}), base: 1}
    if base and all(unit in sizes for unit in units):
        quantity = sum(number * sizes[unit] for number, unit in opened)
        return Total(quantity, base, not may_be_packs(counted), written)
    return Total(opened[0][0], base or opened[0][1], False, written)


def may_be_packs(counted: Amount) -> bool:
    """A number without a unit beside packs that are explained: of either it may be the number."""
    countable = any(inner.lower() not in MEASURES for _, inner in counted.packs.values())
    return countable and any(not word for _, word in counted.terms)


def open_packs(
    number: int, word: str, packs: Mapping[str, tuple[int, str]], base: str, base_word: str
) -> tuple[int, str]:
    """(how many, code of the unit) when every pack that the list explains is opened."""
    for _ in range(len(packs) + 1):
        if is_base(word, base, base_word):
            return number, base
        size, inner = packs.get(word) or (packs.get("") if word in PACKS else None) or (0, "")
        if not size or inner == word or (inner.lower() in MEASURES and not is_base(inner, base, base_word)):
            break
        number, word = number * size, inner
    return number, word if code_of(word) == base else code_of(word)


def is_base(word: str, base: str, base_word: str) -> bool:
    """An empty word counts the base unit. 件 is a carton for what is known to be counted by another word."""
    if not base:
        return False
    return word in ("", base_word) or (code_of(word) == base and not (word == "件" and base_word))


def code_of(word: str) -> str:
    """No word counts pieces; an unknown word is a unit of its own, as far as the catalogue has room for it."""
    return UNITS.get(word.lower(), word[:LONGEST_UNIT]) or "piece"
