"""Rows about people → outcomes: a person's first row is accepted, every further one is linked with what it adds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from .cells import name_key
from .outcomes import Accepted, Finding, Held, Linked, Outcome, Refused, RowRef
from .same_person import Claim, Group, KnownPerson, group_people


class PersonDraft(Protocol):
    """What linking writes into a draft: who the person is, and the fingerprint to keep with a new one."""

    person_key: str
    fingerprint: str


@dataclass(slots=True)
class PersonRow:
    """`facts`: single values a person may lack; `lists`: values that add up. A bystander gets no outcome of its own."""

    ref: RowRef
    draft: Any
    claim: Claim | None
    facts: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    warnings: list[Finding] = field(default_factory=list)
    raw: str = ""
    refusal: Finding | None = None
    bystander: bool = False


@dataclass(slots=True)
class Merged:
    """What is already held of one person while the rows go by."""

    first: RowRef | str
    names: set[str] = field(default_factory=set)
    filled: set[str] = field(default_factory=set)
    lists: dict[str, set[Any]] = field(default_factory=lambda: defaultdict(set))

    def take(self, row: PersonRow) -> dict[str, Any]:
        """Takes the row in and says what it brought."""
        new = {key: value for key, value in row.facts.items() if value not in (None, "", ()) and key not in self.filled}
        self.filled |= set(new)
        for key, values in row.lists.items():
            fresh = tuple(value for value in values if value not in self.lists[key])
            self.lists[key] |= set(fresh)
            if fresh:
                new[key] = fresh
        if row.claim and row.claim.name not in self.names:
            self.names.add(row.claim.name)
            new["name"] = row.draft.person.name
        return new


def link_people(rows: Sequence[PersonRow], known: Sequence[KnownPerson]) -> list[Outcome]:
    """One outcome per row that is not a bystander, in the order of the rows."""
    claiming = [row for row in rows if row.claim is not None]
    grouping = group_people([row.claim for row in claiming if row.claim], known)
    registered = {person.id: person for person in known}
    merged: dict[int, Merged] = {}
    by_row: dict[int, Outcome] = {}
    said: set[str] = set()
    for position, row in enumerate(claiming):
        warn_of_twins(row, said)
        number = grouping.of[position]
        group = grouping.groups[number]
        row.draft.fingerprint = grouping.fingerprints[position]
        row.draft.person_key = group.known or key_of(claiming[group.members[0]].ref)
        if not row.bystander:
            by_row[id(row)] = outcome_of(row, group, number, merged, registered)
    return [
        by_row.get(id(row)) or Refused(row.ref, row.refusal or Finding("missing_name"), tuple(row.warnings), row.raw)
        for row in rows
        if not row.bystander
    ]


def warn_of_twins(row: PersonRow, said: set[str]) -> None:
    """Two rows that say the same of somebody who cannot be recognised stay two people, and somebody should look."""
    if row.claim and row.claim.is_weak:
        if row.claim.words in said:
            row.warnings.append(Finding("possible_duplicate", "name", None, row.draft.person.name))
        said.add(row.claim.words)


def outcome_of(
    row: PersonRow, group: Group, number: int, merged: dict[int, Merged], registered: dict[str, KnownPerson]
) -> Outcome:
    if number not in merged:
        if group.known is None:
            merged[number] = Merged(first=row.ref)
            merged[number].take(row)
            return Accepted(row.ref, row.draft, tuple(row.warnings), row.raw)
        merged[number] = from_known(registered[group.known])
    state = merged[number]
    adds = state.take(row)
    warnings = [*row.warnings, *warnings_of_link(row, group, adds)]
    return Linked(row.ref, state.first, row.draft, adds, tuple(warnings), row.raw)


def warnings_of_link(row: PersonRow, group: Group, adds: dict[str, Any]) -> list[Finding]:
    found = []
    if "name" in adds:
        found.append(Finding("name_differs", "name", None, row.draft.person.name))
    if group.ambiguous and row.claim and row.claim.number is None:
        found.append(Finding("ambiguous_person", "name", None, row.draft.person.name))
    if group.also_known:
        found.append(Finding("possible_merge", None, None, ""))
    return found


def from_known(person: KnownPerson) -> Merged:
    names = {name_key(name) for name in (person.name, *person.lists.get("aliases", ()))}
    state = Merged(first=person.id, names=names, filled=set(person.filled))
    if person.number:
        state.filled.add("id_number")
    for key, values in person.lists.items():
        state.lists[key] |= set(values)
    state.lists["phones"] |= set(person.phones)
    return state


def key_of(ref: RowRef) -> str:
    """Names a person that has no id yet: the row that says so first."""
    return f"{ref.sheet}!{ref.number}" + (f".{ref.block}" if ref.block else "")


def link_by_name(rows: Sequence[PersonRow], people: Sequence[KnownPerson]) -> list[Outcome]:
    """For lists of names only: linked when exactly one person has the name (the courtyard may decide), else held."""
    named: dict[str, list[KnownPerson]] = defaultdict(list)
    for person in people:
        named[name_key(person.name)].append(person)
    return [held_or_linked(row, named) for row in rows]


def held_or_linked(row: PersonRow, named: dict[str, list[KnownPerson]]) -> Outcome:
    if row.claim is None:
        return Refused(row.ref, row.refusal or Finding("missing_name"), tuple(row.warnings), row.raw)
    candidates = named.get(row.claim.name, [])
    courtyard = getattr(row.draft, "courtyard", "") or getattr(getattr(row.draft, "place", None), "courtyard", "")
    beside = [person for person in candidates if courtyard and person.courtyard == courtyard]
    chosen = beside if len(beside) == 1 else candidates
    if len(chosen) == 1:
        row.draft.person_key = chosen[0].id
        return Linked(row.ref, chosen[0].id, row.draft, {}, tuple(row.warnings), row.raw)
    code = "ambiguous_name" if candidates else "not_in_register"
    return Held(row.ref, Finding(code, "name", None, row.draft.person.name), row.draft, tuple(row.warnings), row.raw)
