"""Every secret of a folder, and whether a process was told one where everybody on the machine can read it."""

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

SECONDS_BETWEEN_LOOKS = 0.1
PUBLIC = ("nats/public.env", "service_keys/public/")
PRIVATE_MEMBERS = {"d", "k", "index"}
"""Of a JSON Web Key, and of the field keys."""


def secrets_in(folder: Path) -> dict[str, str]:
    """Secret values and the file of each."""
    found = {}
    for file in sorted(folder.rglob("*")):
        name = str(file.relative_to(folder))
        if file.is_file() and not name.startswith(PUBLIC):
            text = file.read_text()
            values = private_parts(json.loads(text)) if file.suffix == ".json" else [text.strip()]
            found |= dict.fromkeys(values, name)
    return found


def private_parts(document: Any, is_private: bool = False) -> Iterator[str]:
    if isinstance(document, dict):
        for name, value in document.items():
            yield from private_parts(value, is_private or name in PRIVATE_MEMBERS or name == "keys" and isinstance(value, dict))
    elif isinstance(document, list):
        for value in document:
            yield from private_parts(value, is_private)
    elif is_private:
        yield str(document)


class Told:
    """What processes were told, in their environment and on their command line, by the name of the program."""

    def __init__(self) -> None:
        self.words: dict[str, set[str]] = {}

    def note(self, processes: Iterable[psutil.Process]) -> None:
        for process in processes:
            for place in ("environ", "cmdline"):
                try:
                    words = Path(f"/proc/{process.pid}/{place}").read_text(errors="replace")
                except OSError:
                    continue  # it has ended
                self.words.setdefault(f"{process.pid} {place}", set()).add(words)

    def spilled(self, secrets: dict[str, str]) -> set[tuple[str, str]]:
        """Where, and which file's secret; never the secret."""
        return {(place, name) for place, said in self.words.items() for words in said
                for secret, name in secrets.items() if secret in words}

    @contextmanager
    def following(self, pid: int) -> Iterator[None]:
        """Notes all that `pid` starts, also what ends soon."""
        ended, parent = threading.Event(), psutil.Process(pid)

        def follow() -> None:
            while not ended.wait(SECONDS_BETWEEN_LOOKS):
                self.note(parent.children(recursive=True))

        follower = threading.Thread(target=follow)
        follower.start()
        try:
            yield
        finally:
            ended.set()
            follower.join()
