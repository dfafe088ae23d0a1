"""What the command line says, in both languages of the people who run it."""

import os
from typing import NamedTuple


class Words(NamedTuple):
    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh if speaks_chinese() else self.en


def speaks_chinese() -> bool:
    """By the locale, as other commands do."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return locale.startswith("zh")


class Refusal(Exception):
    """Something a person has to decide or repair. Shown in both languages, without a traceback; exit code 1."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.words = Words(zh, en)
