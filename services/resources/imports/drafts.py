"""What an accepted row would make. Drafts are plain data; actions turn them into rows of the register and of stock."""

from dataclasses import dataclass, field
from datetime import date

from shared.spreadsheets.cells import Phone, Point
from shared.spreadsheets.people import Person
from shared.spreadsheets.places import Place


@dataclass(slots=True)
class FamilyContact:
    """Somebody to call about a resident; not a person of the register."""

    name: str = ""
    relation: str = ""
    phones: tuple[Phone, ...] = ()


@dataclass(slots=True)
class ResidentDraft:
    """`person_key`: the id of a known resident, or `sheet!row` of the row that names the person first.

    `household_key` is the same for the rows of one household. `fingerprint`: keep it with a new resident, so that the
    same list read again finds somebody who has neither ID number nor telephone.
    """

    person: Person
    place: Place
    household_key: str = ""
    household_number: str = ""
    relation: str = ""
    is_head: bool = False
    residence: str = ""
    registered_address: str = ""
    housing: str = ""
    employer: str = ""
    health: str = ""
    moved_in: date | None = None
    tags: tuple[str, ...] = ()
    notes: str = ""
    family: FamilyContact | None = None
    extra: dict[str, str] = field(default_factory=dict)
    person_key: str = ""
    fingerprint: str = ""


@dataclass(slots=True)
class HouseholdDraft:
    """A household of a list with one line each; `person` is its head, without a name when nobody is named."""

    person: Person
    place: Place
    household_key: str
    household_number: str = ""
    people_count: int | None = None
    notes: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    person_key: str = ""
    fingerprint: str = ""


@dataclass(slots=True)
class CommunityDraft:
    name: str
    district: str = ""
    contact_name: str = ""
    contact_phones: tuple[str, ...] = ()
    joined_on: date | None = None
    notes: str = ""
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class CourtyardDraft:
    name: str
    former_names: tuple[str, ...] = ()
    point: Point | None = None
    point_text: str | None = None
    building_count: int | None = None
    household_count: int | None = None
    built_year: int | None = None
    gate: str = ""
    management: str = ""
    contact_name: str = ""
    contact_phones: tuple[str, ...] = ()
    notes: str = ""
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class RentalHouseDraft:
    """`person` is the owner; `person_key` as for residents, so that an owner of several houses is one person."""

    code: str
    place: Place
    person: Person
    storeys: int | None = None
    rooms: int | None = None
    notes: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    person_key: str = ""
    fingerprint: str = ""


@dataclass(slots=True)
class OrganisationDraft:
    name: str
    kind_text: str = ""
    contact_name: str = ""
    contact_phones: tuple[str, ...] = ()
    address: str = ""
    services: tuple[str, ...] = ()
    since: date | None = None
    notes: str = ""
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class LotDraft:
    """`quantity` in base `unit`s (a code). `item` is a code of the catalogue; `item_text` what was written.

    `held_because`: why nobody may be promised any of it before a person has looked, '' for nothing.
    """

    item: str
    item_text: str
    quantity: int
    unit: str
    lot_number: str = ""
    received_on: date | None = None
    made_on: date | None = None
    expires_on: date | None = None
    expiry_text: str | None = None
    location: str = ""
    source: str = ""
    quantity_text: str | None = None
    held_because: str = ""
    notes: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    key: str = ""


@dataclass(slots=True)
class IssueDraft:
    """Goods handed out. `recipient` is the full name of a known community, or what was written.

    `is_clear`: False where it is not known how many base units were handed out.
    """

    item: str
    item_text: str
    quantity: int
    unit: str
    issued_on: date | None = None
    recipient: str = ""
    recipient_text: str = ""
    received_by: str = ""
    is_clear: bool = True
    quantity_text: str = ""
    notes: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    key: str = ""
