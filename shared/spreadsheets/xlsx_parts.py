"""Merged ranges and cell comments of an .xlsx: the read-only reader leaves them out, and both carry meaning."""

import re
from io import BytesIO
from posixpath import dirname, join, normpath
from xml.etree import ElementTree
from zipfile import ZipFile

from openpyxl.utils import range_boundaries
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from .workbook import Merge

Parts = tuple[list[Merge], dict[tuple[int, int], str]]

MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+\d+:[A-Z]+\d+)"')
MAX_MERGES = 20_000


def read_parts(data: bytes) -> dict[str, Parts]:
    """Sheet name → its merged ranges and its comments."""
    with ZipFile(BytesIO(data)) as package:
        names = set(package.namelist())
        return {
            name: (merges(package.read(path)), comments(package, names, path))
            for name, path in sheet_paths(package)
            if path in names
        }


def sheet_paths(package: ZipFile) -> list[tuple[str, str]]:
    targets = relations(package, "xl/_rels/workbook.xml.rels")
    book = ElementTree.fromstring(package.read("xl/workbook.xml"))
    found = []
    for element in book.iter():
        if local_name(element.tag) == "sheet":
            reference = next((value for key, value in element.attrib.items() if local_name(key) == "id"), "")
            if reference in targets:
                found.append((element.attrib.get("name", ""), resolve("xl/workbook.xml", targets[reference][1])))
    return found


def relations(package: ZipFile, path: str) -> dict[str, tuple[str, str]]:
    """Relation id → (type, target)."""
    if path not in package.NameToInfo:
        return {}
    root = ElementTree.fromstring(package.read(path))
    return {
        element.attrib["Id"]: (element.attrib.get("Type", ""), element.attrib.get("Target", "")) for element in root
    }


def merges(xml: bytes) -> list[Merge]:
    found = []
    for match in MERGE.finditer(xml):
        first_column, first_row, last_column, last_row = range_boundaries(match[1].decode())
        found.append(Merge(first_row, first_column - 1, last_row, last_column - 1))
        if len(found) >= MAX_MERGES:
            break
    return found


def comments(package: ZipFile, names: set[str], sheet_path: str) -> dict[tuple[int, int], str]:
    path = f"{dirname(sheet_path)}/_rels/{sheet_path.rsplit('/', 1)[-1]}.rels"
    for kind, target in relations(package, path).values():
        part = resolve(sheet_path, target)
        if kind.endswith("/comments") and part in names:
            return comment_texts(ElementTree.fromstring(package.read(part)))
    return {}


def comment_texts(root: ElementTree.Element) -> dict[tuple[int, int], str]:
    texts = {}
    for element in root.iter():
        if local_name(element.tag) == "comment":
            letters, row = coordinate_from_string(element.attrib["ref"])
            text = "".join(part.text or "" for part in element.iter() if local_name(part.tag) == "t")
            texts[(row, column_index_from_string(letters) - 1)] = text.strip()
    return texts


def resolve(source: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else normpath(join(dirname(source), target))


def local_name(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
