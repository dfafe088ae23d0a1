"""What a service would know after it had saved what was judged."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from services.resources.imports.known import KnownRegister
from services.resources.imports.organisations import organisation_key
from services.resources.imports.places import community_key, courtyard_key
from services.resources.imports.seen import filled_fields
from services.volunteer.imports.known import KnownVolunteers
from shared.spreadsheets.outcomes import Accepted, Linked, SheetJudgement
from shared.spreadsheets.same_person import KnownPerson

NOTHING = (None, "", ())


def key_of(outcome: Accepted) -> str:
    return f"{outcome.ref.sheet}!{outcome.ref.number}.{outcome.ref.block}"


def people_after(judgements: list[SheetJudgement], before: tuple[KnownPerson, ...] = ()) -> list[KnownPerson]:
    """Everybody that drafts speak of, under their person key, with all that was ever said of them."""
    known = {person.id: person for person in before}
    for judgement in judgements:
        for outcome in judgement.outcomes:
            draft = getattr(outcome, "draft", None)
            if isinstance(outcome, Accepted | Linked) and getattr(draft, "person_key", ""):
                known[draft.person_key] = told(known.get(draft.person_key), draft)
    return list(known.values())


def told(person: KnownPerson | None, draft: Any) -> KnownPerson:
    said = draft.person
    if person is None:
        person = KnownPerson(draft.person_key, said.name, courtyard=getattr(draft, "courtyard", ""))
    filled = {key for key, value in facts(draft).items() if value not in NOTHING}
    aliases = {said.name} if said.name != person.name else set()
    return replace(
        person,
        number=person.number or said.id_number,
        phones=person.phones | said.phone_numbers,
        fingerprints=person.fingerprints | ({draft.fingerprint} if draft.fingerprint else frozenset()),
        filled=person.filled | filled,
        lists={key: person.lists.get(key, frozenset()) | frozenset(values) for key, values in lists(draft).items()}
        | {"aliases": person.lists.get("aliases", frozenset()) | frozenset(said.aliases) | aliases},
    )


def facts(draft: Any) -> dict[str, Any]:
    own = {name: getattr(draft, name) for name in draft.__slots__}
    person = {name: getattr(draft.person, name) for name in draft.person.__slots__}
    return own | person | {"household": own.get("household_key")} | {"place": getattr(own.get("place"), "key", None)}


def lists(draft: Any) -> dict[str, tuple[Any, ...]]:
    squads = ((draft.team, draft.role),) if getattr(draft, "team", "") else ()
    return {
        "tags": getattr(draft, "tags", ()), "skills": getattr(draft, "skills", ()), "squads": squads,
        "qualifications": getattr(draft, "qualifications", ()),
    }


def register_after(judgements: list[SheetJudgement], before: KnownRegister | None = None) -> KnownRegister:
    before = before or KnownRegister()
    keys: dict[str, dict[str, str]] = defaultdict(dict)
    households: dict[str, dict[str, str]] = defaultdict(dict)
    houses: dict[str, str] = {}
    filled: dict[str, frozenset[str]] = dict(before.filled)
    ids: dict[Any, str] = {}
    for judgement in judgements:
        for outcome in judgement.outcomes:
            if isinstance(outcome, Accepted):
                ids[outcome.ref] = key_of(outcome)
            if isinstance(outcome, Accepted | Linked):
                id = ids.get(outcome.to, outcome.to) if isinstance(outcome, Linked) else ids[outcome.ref]
                filled[str(id)] = filled.get(str(id), frozenset()) | set(filled_fields(outcome.draft))
            if not isinstance(outcome, Accepted):
                continue
            draft, id = outcome.draft, ids[outcome.ref]
            match judgement.list_kind:
                case "communities":
                    keys["communities"][community_key(draft.name, draft.district)] = id
                case "courtyards":
                    keys["courtyards"][courtyard_key(draft.name)] = id
                case "organisations":
                    keys["organisations"][organisation_key(draft.name)] = id
                case "rental_houses":
                    keys["house_ids"][draft.code or draft.place.key] = id
                    houses[draft.code] = draft.place.address
                case "households":
                    households[draft.household_key][draft.person.name_key] = id
                case "stock_lots" | "stock_issues" as kind:
                    keys[kind.removeprefix("stock_")][draft.key] = id
    people = people_after(judgements, tuple(before.people))
    merged = {name: {**getattr(before, name), **added} for name, added in keys.items()}
    return replace(
        before, people=people, households={**before.households, **households}, houses={**before.houses, **houses},
        filled=filled, **merged,
    )


def volunteers_after(judgements: list[SheetJudgement], before: KnownVolunteers | None = None) -> KnownVolunteers:
    before = before or KnownVolunteers()
    patrols = {
        key: key_of(outcome)
        for judgement in judgements if judgement.list_kind == "patrols"
        for outcome in judgement.outcomes if isinstance(outcome, Accepted)
        for key in outcome.draft.keys
    }
    return replace(before, people=people_after(judgements, tuple(before.people)), patrols=before.patrols | patrols)
