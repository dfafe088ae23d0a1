"""How people are written down, recognised and shown."""

from collections.abc import Iterable
from datetime import date

from services.resources.register.residents.models import ResidentOut
from shared.http.problems import invalid
from shared.privacy.masks import masked_name, masked_number, masked_phone
from shared.spreadsheets.cells import id_number as read_id_number
from shared.spreadsheets.cells import person_name
from shared.spreadsheets.cells import phones as read_phones


def written_name(name: str) -> str:
    """As the register writes it. Raises `Invalid` for what names nobody."""
    read = person_name(name).value
    if not read:
        raise invalid("body.name", "不是姓名", "This names nobody")
    return read


def written_id_number(number: str) -> str:
    """Half width, capitals. Raises `Invalid` for one whose check character does not fit."""
    read = read_id_number(number)
    if read.value is None:
        raise invalid("body.id_number", "身份证号不正确", "Not a valid ID number", code=next(iter(read.warnings), None))
    return read.value.number


def written_phones(given: Iterable[str]) -> list[str]:
    """Digits only, each once. Raises `Invalid` that names the first one nobody can call."""
    numbers: dict[str, None] = {}
    for index, phone in enumerate(given):
        read = read_phones(phone)
        if read.warnings or not read.value:
            raise invalid(f"body.phones.{index}", "电话号码不正确", "Not a telephone number")
        numbers |= dict.fromkeys(one.number for one in read.value)
    return list(numbers)


def birth_date_of(number: str | None, said: date | None) -> date | None:
    """The ID number's date counts. Raises `Invalid` when another one is said."""
    born = read_id_number(number).value.birth_date if number else None
    if born and said and born != said:
        raise invalid("body.birth_date", "与身份证号不符", "Does not agree with the ID number")
    return born or said


def masked(resident: ResidentOut) -> ResidentOut:
    """Enough to recognise somebody one knows, not enough to find somebody one does not."""
    return resident.model_copy(update={
        "masked": True,
        "name": masked_name(resident.name),
        "id_number": masked_number(resident.id_number) if resident.id_number else None,
        "phones": [masked_phone(phone) for phone in resident.phones],
        "birth_date": None, "address": None, "notes": None,
        "tags": [], "aliases": [], "family": [], "details": {}, "kept": {},
    })
