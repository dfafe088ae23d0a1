"""Refusals of sensitive permissions, and of rows that are hidden from who asked for them (hidden.py), each in a
transaction of its own, and never so many that they fill the disk.

The first refusal of somebody for a permission is entered at once. Repeats within the minute are only counted, and
entered at its end as one entry with `times`, and with fifty `subjects` of them at most. Beyond `MOST_A_MINUTE` entries no more are written at once; what is still
counted at the end of the minute is written for as many more, and the rest as one entry of nobody in particular. So a
process enters at most 2 × MOST_A_MINUTE + 1 of them a minute: some 90 MB a day while an attack lasts, and more only
where sixty accounts try dozens of true ids each.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from shared.db import Database
from shared.http.problems import NotAllowed, NotFound
from shared.identity.policy import SENSITIVE
from shared.logs import log, what_failed
from shared.privacy.audit.hidden import find_hidden
from shared.privacy.audit.who import who_asked
from shared.reach import EVERYWHERE

WINDOW_SECONDS = 60.0
MOST_A_MINUTE = 60
MOST_COUNTED = 10_000
"""Pairs of somebody and a permission, so that counting does not fill the memory either."""

MOST_SUBJECTS = 50

Key = tuple[str, str, str]
"""Who, for which permission, and of which table a row was hidden."""


class Denials:
    """Of one process; its minutes are its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.again: dict[Key, tuple[dict[str, Any], int]] = {}
        self.others = 0
        self.written = 0

    async def note(self, request: Any, refused: NotAllowed) -> None:
        """Does nothing for what is not sensitive. A log that cannot be written to changes nothing of the refusal."""
        permission = refused.facts.get("permission")
        if permission not in SENSITIVE:
            return
        await self.enter(who_asked(request) | {
            "action": permission, "permission": permission, "outcome": "denied", "community": place_of(request, refused)})

    async def note_hidden(self, request: Any, missing: NotFound) -> None:
        """Does nothing for what exists nowhere. Not before the answer is sent, which may not take longer for one of them."""
        try:
            hidden = await find_hidden(self.database, request.app.state.tables.metadata, missing)
        except Exception as error:
            log.warning("audit.denial_not_written", entries=1, **what_failed(error))
            return
        if hidden is not None:
            who = who_asked(request)
            await self.enter(who | hidden | {"action": who.get("permission") or f"{hidden['kind']}.asked", "outcome": "denied"})

    async def enter(self, entry: dict[str, Any]) -> None:
        key = (entry["actor"], entry["action"], entry.get("kind", ""))
        if key in self.again or self.written >= MOST_A_MINUTE:
            self.count(key, entry)
            return
        self.written += 1
        self.again[key] = (entry, 0)
        await self.write(entry)

    def count(self, key: Key, entry: dict[str, Any]) -> None:
        if key not in self.again and len(self.again) >= MOST_COUNTED:
            self.others += 1
            return
        first, times = self.again.get(key, (entry, 0))
        subjects = first.get("subjects", ())
        if entry.get("subject_id") is not None and len(subjects) < MOST_SUBJECTS:
            first = first | {"subjects": [*subjects, entry["subject_id"]]}
        self.again[key] = (first, times + 1)

    async def keep_writing(self) -> None:
        """For ever; what was counted is also written when the process ends."""
        try:
            while True:
                await asyncio.sleep(WINDOW_SECONDS)
                await self.end_window()
        finally:
            await self.end_window()

    async def end_window(self) -> None:
        repeated = [repeatedly(entry, times) for entry, times in self.again.values() if times]
        one_by_one, rest = repeated[:MOST_A_MINUTE], repeated[MOST_A_MINUTE:]
        others = self.others + sum(entry["times"] for entry in rest)
        self.again, self.others, self.written = {}, 0, 0
        if others:
            one_by_one.append({"actor": "others", "action": "denied", "outcome": "denied", "times": others})
        if one_by_one:
            await self.write(*one_by_one)

    async def write(self, *entries: Mapping[str, Any]) -> None:
        try:
            async with self.database.transaction(EVERYWHERE, noted=list(entries)):
                pass
        except Exception as error:
            log.warning("audit.denial_not_written", entries=len(entries), **what_failed(error))


def repeatedly(entry: dict[str, Any], times: int) -> dict[str, Any]:
    """What it was about is in `subjects`, where it was about anything."""
    return entry | {"times": times} | ({"subject_id": None} if "subjects" in entry else {})


def place_of(request: Any, refused: NotAllowed) -> str | None:
    """The community that was asked for; otherwise that of the grants, if it is one."""
    asked = refused.facts.get("community")
    if isinstance(asked, str) and asked != EVERYWHERE:
        return asked[:31]
    caller = getattr(request.state, "caller", None)
    places = {grant.community for grant in caller.grants} - {EVERYWHERE} if caller else set()
    return places.pop() if len(places) == 1 else None
