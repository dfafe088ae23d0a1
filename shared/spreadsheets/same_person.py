"""Which rows and known people are the same person within one community.

Equal ID numbers, both valid; or equal normalised name and one telephone number in common, unless both carry valid ID
numbers that differ. The order of rows does not change who is the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from .cells import name_key


@dataclass(frozen=True, slots=True)
class Claim:
    """Who a row says somebody is: `name` as `name_key`, `number` only if valid, `words` as `identity_words`."""

    name: str
    number: str | None
    phones: frozenset[str]
    words: str = ""

    @property
    def is_weak(self) -> bool:
        """Nothing to be recognised by: only reading the same list again may find this person."""
        return self.number is None and not self.phones


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody already registered. `name` as it is written, `fingerprints` as drafts carried them.

    `filled`: fields that have a value; `lists`: values held of fields that add up, such as tags.
    """

    id: str
    name: str
    number: str | None = None
    phones: frozenset[str] = frozenset()
    fingerprints: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()
    lists: Mapping[str, frozenset[Any]] = field(default_factory=dict)
    courtyard: str = ""


@dataclass(slots=True)
class Group:
    """One person: members are positions in the claims; `known` the id if they are registered."""

    members: list[int] = field(default_factory=list)
    known: str | None = None
    also_known: tuple[str, ...] = ()
    ambiguous: bool = False


@dataclass(slots=True)
class Grouping:
    """`of[position]` is the group of a claim; `fingerprints[position]` names a weak claim ('' for others)."""

    groups: list[Group]
    of: list[int]
    fingerprints: list[str]


class Forest:
    """Union-find with path halving."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def root(self, item: int) -> int:
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self.parent[second] = first


def group_people(claims: Sequence[Claim], known: Sequence[KnownPerson]) -> Grouping:
    """Groups claims and known people; every claim is in exactly one group."""
    nodes = [
        *((name_key(person.name), person.number, person.phones) for person in known),
        *((claim.name, claim.number, claim.phones) for claim in claims),
    ]
    forest = Forest(len(nodes))
    join_equal_numbers(nodes, forest)
    ambiguous = join_names_and_phones(nodes, forest)
    fingerprints = fingerprints_of(claims)
    join_fingerprints(claims, known, fingerprints, forest)
    return collect(claims, known, forest, fingerprints, ambiguous)


Node = tuple[str, str | None, frozenset[str]]


def join_equal_numbers(nodes: Sequence[Node], forest: Forest) -> None:
    first_with: dict[str, int] = {}
    for position, (_, number, _) in enumerate(nodes):
        if number:
            forest.join(first_with.setdefault(number, position), position)


def join_names_and_phones(nodes: Sequence[Node], forest: Forest) -> set[int]:
    """Joins those without a number to each other, then each such cluster to the one numbered person it fits.

    A cluster that fits several people whose numbers differ goes to the best of them and is marked ambiguous.
    """
    sharing: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, (name, _, phones) in enumerate(nodes):
        for phone in phones if name else ():
            sharing[name, phone].append(position)
    loose = Forest(len(nodes))
    fits: dict[int, Counter[str]] = defaultdict(Counter)
    for positions in sharing.values():
        open_ones = [position for position in positions if not nodes[position][1]]
        for position in open_ones[1:]:
            loose.join(open_ones[0], position)
    for positions in sharing.values():
        open_ones = [position for position in positions if not nodes[position][1]]
        for position in positions:
            if (number := nodes[position][1]) and open_ones:
                fits[loose.root(open_ones[0])][number] += 1
    return attach(nodes, forest, loose, fits)


def attach(nodes: Sequence[Node], forest: Forest, loose: Forest, fits: dict[int, Counter[str]]) -> set[int]:
    owner = {number: position for position, (_, number, _) in reversed(list(enumerate(nodes))) if number}
    ambiguous: set[int] = set()
    for position, (_, number, phones) in enumerate(nodes):
        if number or not phones:
            continue
        root = loose.root(position)
        forest.join(root, position)
        if candidates := fits.get(root):
            best = min(candidates, key=lambda candidate: (-candidates[candidate], candidate))
            forest.join(owner[best], position)
            if len(candidates) > 1:
                ambiguous.add(position)
    return ambiguous


def fingerprints_of(claims: Sequence[Claim]) -> list[str]:
    """Weak claims are told apart by what they say and how often the same was said before."""
    seen: Counter[str] = Counter()
    found = []
    for claim in claims:
        if not claim.is_weak or not claim.words:
            found.append("")
            continue
        seen[claim.words] += 1
        found.append(sha256(f"{claim.words}#{seen[claim.words]}".encode()).hexdigest()[:32])
    return found


def join_fingerprints(
    claims: Sequence[Claim], known: Sequence[KnownPerson], fingerprints: Iterable[str], forest: Forest
) -> None:
    by_fingerprint = {
        fingerprint: position for position, person in enumerate(known) for fingerprint in person.fingerprints
    }
    for position, fingerprint in enumerate(fingerprints):
        if fingerprint in by_fingerprint:
            forest.join(by_fingerprint[fingerprint], len(known) + position)


def collect(
    claims: Sequence[Claim], known: Sequence[KnownPerson], forest: Forest, fingerprints: list[str], ambiguous: set[int]
) -> Grouping:
    index: dict[int, int] = {}
    groups: list[Group] = []
    known_in: dict[int, list[KnownPerson]] = defaultdict(list)
    for position, person in enumerate(known):
        known_in[forest.root(position)].append(person)
    of = []
    for position in range(len(claims)):
        root = forest.root(len(known) + position)
        if root not in index:
            index[root] = len(groups)
            registered = sorted(known_in.get(root, ()), key=lambda person: (person.number is None, person.id))
            groups.append(
                Group(
                    known=registered[0].id if registered else None,
                    also_known=tuple(person.id for person in registered[1:]),
                )
            )
        group = groups[index[root]]
        group.members.append(position)
        group.ambiguous |= len(known) + position in ambiguous
        of.append(index[root])
    return Grouping(groups, of, fingerprints)
