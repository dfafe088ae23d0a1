"""One cell → what it says. Every reader gives a value, warnings, and the text it could not use."""

from .amounts import Amount, Total, amount, total
from .choices import Sex, several, several_with_brackets, sex, yes_no
from .coordinates import Point, point, point_in_one_cell
from .dates import DateRead, read_date
from .id_numbers import IdNumber, id_number
from .names import alias_of, name_key, person_name
from .numbers import chinese_to_digits, minutes, whole_number
from .phones import Phone, phones
from .reading import Reading
from .shelf_life import expiry, keeps_for_ever
from .text import compact, given, is_formula, is_missing, kept_text, text

__all__ = [
    "Amount",
    "DateRead",
    "IdNumber",
    "Phone",
    "Point",
    "Reading",
    "Sex",
    "Total",
    "alias_of",
    "amount",
    "chinese_to_digits",
    "compact",
    "expiry",
    "given",
    "id_number",
    "is_formula",
    "is_missing",
    "keeps_for_ever",
    "kept_text",
    "minutes",
    "name_key",
    "person_name",
    "phones",
    "point",
    "point_in_one_cell",
    "read_date",
    "several",
    "several_with_brackets",
    "sex",
    "text",
    "total",
    "whole_number",
    "yes_no",
]
