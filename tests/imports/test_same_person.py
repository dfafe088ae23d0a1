"""Who is the same person, whatever the order of the rows."""

from hypothesis import given as using
from hypothesis import strategies as st

from shared.spreadsheets.same_person import Claim, KnownPerson, group_people

ONE, TWO = "510104195803129972", "510104196207089988"


def claim(name: str, number: str | None = None, *phones: str, words: str = "") -> Claim:
    return Claim(name, number, frozenset(phones), words)


def groups(*claims: Claim, known: tuple[KnownPerson, ...] = ()) -> list[list[int]]:
    return [group.members for group in group_people(claims, known).groups]


def test_equal_numbers_are_one_person_whatever_the_name():
    assert groups(claim("林军", ONE), claim("林君", ONE, "1")) == [[0, 1]]


def test_name_and_one_telephone_are_one_person():
    assert groups(claim("王芳", None, "1", "2"), claim("王芳", ONE, "2"), claim("王芳", None, "1")) == [[0, 1, 2]]


def test_name_alone_and_telephone_alone_are_not():
    assert groups(claim("王芳", None, "1"), claim("王芳", None, "2"), claim("李明", None, "1"), claim("王芳")) == [[0], [1], [2], [3]]


def test_numbers_that_differ_part_people_of_one_name_and_telephone():
    assert groups(claim("王芳", ONE, "1"), claim("王芳", TWO, "1")) == [[0], [1]]


def test_somebody_who_fits_two_people_goes_to_the_one_that_fits_better():
    rows = [claim("王芳", ONE, "1"), claim("王芳", TWO, "1", "2"), claim("王芳", None, "1", "2")]
    assert groups(*rows) == [[0], [1, 2]]
    grouping = group_people(rows, [])
    assert [group.ambiguous for group in grouping.groups] == [False, True]


def test_a_chain_of_telephones_is_one_person():
    assert groups(claim("王芳", None, "1"), claim("王芳", None, "2"), claim("王芳", None, "1", "2")) == [[0, 1, 2]]


def test_a_known_person_is_found_by_number_or_by_name_and_telephone():
    known = (KnownPerson("a", "王 芳", None, frozenset({"1"})), KnownPerson("b", "李明", ONE))
    grouping = group_people([claim("王芳", TWO, "1"), claim("李铭", ONE)], known)
    assert [group.known for group in grouping.groups] == ["a", "b"]


def test_two_known_people_that_turn_out_to_be_one_are_named():
    known = (KnownPerson("a", "王芳", None, frozenset({"1"})), KnownPerson("b", "王芳", ONE))
    (group,) = group_people([claim("王芳", ONE, "1")], known).groups
    assert (group.known, group.also_known) == ("b", ("a",))


def test_who_has_nothing_to_be_known_by_is_found_by_the_same_row_only():
    weak = claim("王小宝", words="王小宝|2015|1栋101")
    first = group_people([weak, weak], [])
    assert len(first.groups) == 2
    known = [KnownPerson(str(position), "王小宝", fingerprints=frozenset({mark})) for position, mark in enumerate(first.fingerprints)]
    again = group_people([weak, claim("王小宝", words="王小宝|2016|1栋101"), weak], known)
    assert [group.known for group in again.groups] == ["0", None, "1"]


CLAIMS = st.lists(
    st.builds(
        Claim, st.sampled_from(["王芳", "李明", "张伟"]), st.sampled_from([None, None, ONE, TWO]),
        st.frozensets(st.sampled_from("1234"), max_size=2), st.sampled_from(["", "a", "b"]),
    ),
    max_size=12,
)


def partition(claims: list[Claim], order: list[int]) -> set[frozenset[int]]:
    found = group_people([claims[position] for position in order], []).groups
    return {frozenset(order[member] for member in group.members) for group in found}


@using(CLAIMS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(claims, chance):
    straight = list(range(len(claims)))
    shuffled = chance.sample(straight, len(straight))
    assert partition(claims, straight) == partition(claims, shuffled)


@using(CLAIMS)
def test_every_claim_is_in_one_group_and_no_group_has_two_numbers(claims):
    grouping = group_people(claims, [])
    assert sorted(member for group in grouping.groups for member in group.members) == list(range(len(claims)))
    for group in grouping.groups:
        assert len({claims[member].number for member in group.members} - {None}) <= 1


@using(CLAIMS)
def test_pairs_that_must_be_one_person_are(claims):
    """Equal numbers always; equal name and telephone whenever no third person's number speaks against it."""
    grouping = group_people(claims, [])
    for first, one in enumerate(claims):
        for second, other in enumerate(claims[:first]):
            together = grouping.of[first] == grouping.of[second]
            if one.number and one.number == other.number:
                assert together
            elif one.name == other.name and one.phones & other.phones and not (one.number and other.number):
                assert together or grouping.groups[grouping.of[first]].ambiguous or grouping.groups[grouping.of[second]].ambiguous
