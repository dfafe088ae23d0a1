"""What two spellings of one place have in common."""

from shared.spreadsheets.cells import compact, text


def place_key(*parts: str | None) -> str:
    """Half width, without spaces, lower case; the parts that are known, from the widest to the narrowest."""
    return "/".join(key for part in parts if part and (key := compact(text(part))))
