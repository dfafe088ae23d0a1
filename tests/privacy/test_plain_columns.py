"""AZ-6: a column whose name speaks of a person is sealed, or it is on the list of what stays plain, with its reason in
shared/privacy/fields/__init__.py."""

import re

import pytest

from shared.privacy.fields.columns import SealedType
from tests.platform.apps import APPS

SPEAKS_OF_A_PERSON = re.compile(
    "name|phone|birth|address|contact|id_number|note|words|remark|description|recipient|owner_|why|guardian|witness")

PLAIN = {
    "places": {"community.name", "courtyard.name", "courtyard.former_names", "building.name", "building.address",
               "household.address"},
    "organisations and squads": {"organisation.name", "organisation.address", "squad.name"},
    "file names": {"import.file_name", "volunteer_link.file_name", "resident_link.file_name"},
    "yes or no": {"gift.publish_name"},
    "accounts, ids and codes": {
        "opinion.noted_down_by", "home_safety_finding.accepted_noted_by", "heard_consent.recipient_id",
        "building.owner_id", "handout.recipient_id", "consent.recipient_id", "stock_lot.owner_mode",
        "consent.guardian_relation", "subject_request.guardian_relation"},
}


@pytest.mark.parametrize("service", APPS)
def test_what_speaks_of_a_person_is_sealed_or_plain_for_a_reason(service: str) -> None:
    plain = {f"{table.name}.{column.name}" for table in APPS[service].state.tables.metadata.sorted_tables
             for column in table.c
             if SPEAKS_OF_A_PERSON.search(column.name) and not isinstance(column.type, SealedType)}
    assert plain - set().union(*PLAIN.values()) == set()
