"""A person as a row names them, and which rows and records are one person."""

import re
from dataclasses import dataclass, field
from datetime import date

from .cells import (
    Phone,
    Sex,
    alias_of,
    chinese_to_digits,
    compact,
    id_number,
    is_formula,
    is_missing,
    kept_text,
    name_key,
    person_name,
    phones,
    read_date,
    sex,
    text,
)
from .outcomes import Finding
from .records import Record

MOBILE_INSIDE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
AGE = re.compile(r"(?<![\d.-])\d{1,3}(?![\d])")
OLDEST = 130
SILENT = {
    "date_missing": "birth_date_missing",
    "bad_date": "birth_date_wrong",
    "date_unreadable": "birth_date_unreadable",
    "lunar_date": "birth_date_lunar",
}


@dataclass(slots=True)
class Person:
    """Fields of one person. `*_text`: what was written when it could not be used; never used to link.

    `birth_date` is the ID number's where there is a valid one. `remarks` stood in brackets behind the name.
    """

    name: str = ""
    aliases: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    id_number: str | None = None
    id_text: str | None = None
    phones: tuple[Phone, ...] = ()
    phone_text: str | None = None
    sex: Sex | None = None
    birth_date: date | None = None
    birth_precision: str | None = None
    birth_text: str | None = None
    age: int | None = None

    @property
    def name_key(self) -> str:
        return name_key(self.name)

    @property
    def phone_numbers(self) -> frozenset[str]:
        return frozenset(phone.number for phone in self.phones)


@dataclass(slots=True)
class PersonRead:
    person: Person
    warnings: list[Finding] = field(default_factory=list)


def read_person(record: Record, *, name_field: str = "name", epoch_1904: bool = False) -> PersonRead:
    """Reads the person of a row; a missing name is for the caller to judge."""
    read = PersonRead(Person())
    read_name(record, name_field, read)
    read_id(record, read)
    read_all_phones(record, name_field, read)
    read_birth(record, read, epoch_1904)
    read_sex(record, read)
    read_age(record, read)
    return read


def read_age(record: Record, read: PersonRead) -> None:
    """79, 79岁, 岁79, 七十九. One that cannot be read is kept among the remarks; a formula says nothing here."""
    value = record.first("age")
    if value is None or is_formula(value):
        return
    numbers = AGE.findall(chinese_to_digits(text(value)))
    if len(numbers) == 1 and int(numbers[0]) <= OLDEST:
        read.person.age = int(numbers[0])
        return
    read.person.remarks = (*read.person.remarks, f"年龄{text(value)}")
    read.warnings.append(Finding("number_unreadable", "age", record.column("age"), text(value)))


def read_name(record: Record, name_field: str, read: PersonRead) -> None:
    value = record.first(name_field)
    reading = person_name(value)
    remarks = tuple(part for part in (reading.kept or "").split("；") if part) if not is_formula(value) else ()
    read.person.name = reading.value
    if "second_name" in reading.warnings:
        read.warnings.append(Finding("second_name", name_field, record.column(name_field), text(value)))
    for column, other in record.values.get(name_field, ()):
        if (second := person_name(other).value) and name_key(second) != name_key(reading.value):
            remarks = (*remarks, text(other))
            read.warnings.append(Finding("second_name", name_field, column, text(other)))
    read.person.aliases = tuple(alias for remark in remarks if (alias := alias_of(remark)))
    read.person.remarks = tuple(remark for remark in remarks if not alias_of(remark))


def read_id(record: Record, read: PersonRead) -> None:
    cells = record.values.get("id_number")
    if cells is None:
        return
    readings = [(column, value, id_number(value)) for column, value in cells]
    usable = next((reading for _, _, reading in readings if reading.value), None)
    if usable is not None and usable.value is not None:
        read.person.id_number, read.person.birth_date = usable.value.number, usable.value.birth_date
        read.person.sex = "male" if usable.value.male else "female"
        read.person.birth_precision = "day"
        return
    column, value, reading = next((item for item in readings if item[2].kept), readings[0])
    read.person.id_text = reading.kept
    read.warnings.append(Finding(reading.warnings[0], "id_number", column, text(value)))


def read_sex(record: Record, read: PersonRead) -> None:
    """What is written counts; the ID number's fills a gap."""
    written = next((found for value in record.all("sex") if (found := sex(value))), None)
    if written and read.person.sex and written != read.person.sex:
        read.warnings.append(Finding("sex_differs", "sex", record.column("sex"), record.text("sex")))
    read.person.sex = written or read.person.sex


def phones_in_name(record: Record, name_field: str) -> tuple[Phone, ...]:
    """张三 16100000001: a number written into the cell of the name."""
    written = record.text(name_field)
    return tuple(Phone(number) for number in MOBILE_INSIDE.findall(written)) if len(written) > 11 else ()


def read_all_phones(record: Record, name_field: str, read: PersonRead) -> None:
    cells = record.values.get("phone")
    beside_name = phones_in_name(record, name_field)
    if cells is None:
        read.person.phones = beside_name
        return
    found: list[Phone] = list(beside_name)
    bad: list[Finding] = []
    for column, value in cells:
        reading = phones(value)
        found.extend(reading.value)
        bad.extend(Finding(code, "phone", column, text(value)) for code in reading.warnings if code != "phone_missing")
    read.person.phones = tuple({phone.number: phone for phone in reversed(found)}.values())[::-1]
    read.person.phone_text = "；".join(dict.fromkeys(item.text for item in bad)) or None
    if not found and not bad:
        bad.append(Finding("phone_missing", "phone", cells[0][0], text(cells[0][1])))
    read.warnings.extend(bad)


def read_birth(record: Record, read: PersonRead, epoch_1904: bool) -> None:
    cells = record.values.get("birth_date")
    if cells is None:
        return
    value, column = record.first("birth_date"), record.column("birth_date")
    reading = read_date(value, epoch_1904=epoch_1904)
    for code in reading.warnings:
        read.warnings.append(Finding(SILENT[code], "birth_date", column, text(value)))
    if reading.value is None:
        read.person.birth_text = None if is_missing(reading.kept or "") else kept_text(value)
        return
    if read.person.birth_date is None:
        read.person.birth_date, read.person.birth_precision = reading.value.day, reading.value.precision
    elif differs(read.person.birth_date, reading.value.day, reading.value.precision):
        read.person.birth_text = kept_text(value)
        read.warnings.append(Finding("birth_date_differs", "birth_date", column, text(value)))


def differs(by_id: date, written: date, precision: str) -> bool:
    if by_id.year != written.year:
        return True
    return precision != "year" and (by_id.month != written.month or (precision == "day" and by_id.day != written.day))


def identity_words(person: Person, place_key: str, relation: str) -> str:
    """What stays the same of a person without ID number and telephone when the same list is read again."""
    born = person.birth_date.isoformat() if person.birth_date else compact(person.birth_text or "")
    return "|".join(
        (person.name_key, person.sex or "", born, place_key, relation, person.id_text or "", person.phone_text or "")
    )
