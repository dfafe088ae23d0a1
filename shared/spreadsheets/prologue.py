"""What an XML document says before its first element: the one place where it can declare entities."""

from typing import IO
from xml.parsers import expat

PIECE = 4096
LONGEST = 64 * 1024


class Declared(Exception):
    """A document type."""


class Begun(Exception):
    """The first element: no document type can follow."""


def declares_entities(part: IO[bytes]) -> bool:
    """True for a document type, and for a beginning that is longer than any honest one. Reads no further than that.

    What is no XML at all declares nothing, and its reader will say so. `part` in any encoding that XML may have.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = raises(Declared)
    parser.StartElementHandler = raises(Begun)
    try:
        for _ in range(LONGEST // PIECE):
            piece = part.read(PIECE)
            parser.Parse(piece, not piece)
            if not piece:
                return False
    except Declared:
        return True
    except (Begun, expat.ExpatError):
        return False
    return True


def raises(kind: type[Exception]) -> object:
    def handler(*_: object) -> None:
        raise kind()
    return handler
