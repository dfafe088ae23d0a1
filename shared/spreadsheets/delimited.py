"""Reads delimited text: finds the encoding, the delimiter and the records."""

import csv
import re
from io import StringIO

from .unreadable import UnreadableFile
from .workbook import Row, Sheet, Workbook, non_blank

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
DELIMITERS = ",\t;|，"
SNIFFED_LINES = 60
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
MAX_RECORDS = 200_000
CUT_OFF_LINES = 3
CUT_CHARACTER = ("unexpected end of data", "incomplete multibyte sequence", "truncated data")
SAID = re.compile(r'^"?sep=(.)"?[\r\n]')


def decode_text(data: bytes) -> tuple[str, str]:
    """Text and its encoding; a few bytes that fit no encoding become `\ufffd`.

    Raises `UnreadableFile` for what is not text, or is cut in the middle of a character.
    """
    encodings = encodings_to_try(data)
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start >= len(data) - 3 and error.reason in CUT_CHARACTER:
                raise UnreadableFile("file_truncated") from error
            continue
        return believable(text), encoding
    encoding = min(encodings, key=lambda name: data.decode(name, "replace").count("\ufffd"))
    text = data.decode(encoding, "replace")
    if text.count("\ufffd") * 200 > len(text):
        raise UnreadableFile("not_a_spreadsheet")
    return believable(text), encoding


def believable(text: str) -> str:
    """The text without its byte order mark. Raises `UnreadableFile` when it is full of control characters."""
    if len(CONTROL.findall(text[:20_000])) * 200 > len(text[:20_000]):
        raise UnreadableFile("not_a_spreadsheet")
    return text.removeprefix("\ufeff")


def encodings_to_try(data: bytes) -> list[str]:
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return [encoding]
    sample = data[:4000]
    if sample.count(b"\x00") * 5 > len(sample):
        return ["utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"]
    return ["utf-8", "gb18030"]


def read_delimited(text: str, file_name: str, encoding: str) -> Workbook:
    """Raises `UnreadableFile` when the text ends inside a quoted cell."""
    if not text.strip():
        raise UnreadableFile("file_empty")
    delimiter = find_delimiter(text)
    warnings: list[str] = []
    records = parse(text, delimiter, quoting=csv.QUOTE_MINIMAL)
    unclosed = lines_of_unclosed_cell(text, delimiter)
    if unclosed and unclosed <= CUT_OFF_LINES:
        raise UnreadableFile("file_truncated")
    if unclosed:
        # One stray quote would swallow the rest of the file: then quotes are only characters.
        warnings.append("stray_quote")
        records = parse(text, delimiter, quoting=csv.QUOTE_NONE)
    rows = [row for number, cells in enumerate(records, start=1) if non_blank(row := Row(number, tuple(cells)))]
    sheet = Sheet(name=sheet_name(file_name), rows=rows)
    return Workbook(file_name=file_name, format="text", sheets=[sheet], encoding=encoding, warnings=warnings)


def parse(text: str, delimiter: str, quoting: int) -> list[list[str]]:
    csv.field_size_limit(16 * 1024 * 1024)
    try:
        records = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter, quoting=quoting))
    except csv.Error as error:
        raise UnreadableFile("not_a_spreadsheet") from error
    if len(records) > MAX_RECORDS:
        raise UnreadableFile("file_too_large")
    return records


def lines_of_unclosed_cell(text: str, delimiter: str) -> int:
    """How many lines a quoted cell that never closes runs over; 0 when all cells close."""
    if text.count('"') % 2 == 0:
        return 0
    try:
        list(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end" not in str(error):
            return 0
    else:
        return 0
    opened = max(text.rfind(f'{delimiter}"'), text.rfind('\n"'))
    return max(1, text[opened + 2 :].strip().count("\n") + 1)


def find_delimiter(text: str) -> str:
    """The character the file names itself (`sep=;`), or that cuts most lines into the same number of cells."""
    if said := SAID.match(text):
        return said[1]
    lines = [re.sub(r'"[^"]*"', "", line) for line in text.splitlines()[:SNIFFED_LINES] if line.strip()]

    def agreement(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines]
        most_common = max(set(counts), key=counts.count) if counts else 0
        return (counts.count(most_common) * min(most_common, 3) if most_common else 0, sum(counts))

    best = max(DELIMITERS, key=agreement)
    return best if agreement(best)[1] else ","


def sheet_name(file_name: str) -> str:
    return file_name.rsplit(".", 1)[0]
