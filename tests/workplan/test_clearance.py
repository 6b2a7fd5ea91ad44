"""Positions and outcomes, held against a plain model."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workplan.clearance import (
    Act,
    Capacity,
    Outcome,
    Position,
    Standing,
    before_closing,
    on_behalf,
    outcome,
    standing,
)

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
NOW = START + timedelta(days=100)
ASKED = ("aa", "bb", "cc")
SOURCES = {
    "reaction:white_check_mark": Position.CLEARED,
    "reaction:heavy_check_mark": Position.CLEARED,
    "reaction:no_entry": Position.CANNOT_CLEAR,
    "reaction:white_circle": Position.STANDS_ASIDE,
    "reaction:eyes": Position.SEEN,
}


def act(number, agency="aa", source="reaction:white_check_mark", given=True, person=None):
    at = START + timedelta(minutes=number)
    order = f"{at.timestamp():.6f}"
    return Act(agency, person or f"U{agency}", SOURCES[source], source, given, at, order)


@st.composite
def histories(draw):
    """Acts of three agencies (and one that was not asked), two people each, each at its moment."""
    numbers = draw(st.lists(st.integers(0, 100_000), unique=True, max_size=12))
    return [
        act(
            number,
            draw(st.sampled_from((*ASKED, "zz"))),
            draw(st.sampled_from(sorted(SOURCES))),
            draw(st.booleans()),
            draw(st.sampled_from(("U1", "U2"))),
        )
        for number in numbers
    ]


def model(acts):
    """What the rules say, step by step in event time: the last given act that still holds."""
    found = dict.fromkeys(ASKED)
    for one in sorted(acts, key=lambda a: Decimal(a.order)):
        if one.agency not in found or one.position is Position.SEEN:
            continue
        held = found[one.agency]
        if one.given:
            found[one.agency] = one
        elif held and (held.person, held.source) == (one.person, one.source):
            found[one.agency] = None
    return {agency: one.position if one else None for agency, one in found.items()}


def positions(found):
    return {agency: s.position for agency, s in found.items()}


@given(histories(), st.randoms(use_true_random=False))
def test_order_of_arrival_and_repeats_change_nothing(acts, random):
    arrived = [*acts, *random.sample(acts, len(acts) // 2)]
    random.shuffle(arrived)
    found = standing(arrived, ASKED)
    assert found == standing(acts, ASKED)
    assert positions(found) == model(acts)


@given(histories())
def test_who_was_not_asked_does_not_count(acts):
    assert set(standing(acts, ASKED)) == set(ASKED)


@given(histories())
def test_seen_is_no_position_and_takes_none_away(acts):
    without = [a for a in acts if a.position is not Position.SEEN]
    assert standing(acts, ASKED) == standing(without, ASKED)


@given(histories(), st.booleans())
def test_unanimity_is_never_reached_with_an_agency_missing(acts, closed):
    found = standing(acts, ASKED)
    ended = outcome("unanimity", found, closed, NOW)
    answers = positions(found).values()
    all_in = all(p in (Position.CLEARED, Position.STANDS_ASIDE) for p in answers)
    assert (ended is Outcome.CLEARED) == (all_in and Position.CLEARED in answers)
    if ended is not Outcome.CLEARED:
        assert ended is (Outcome.PAST_CLOSING if closed else None)


@given(histories(), st.booleans())
def test_silence_never_stands_against_a_cannot_clear(acts, closed):
    found = standing(acts, ASKED)
    ended = outcome("silence", found, closed, NOW)
    if Position.CANNOT_CLEAR in positions(found).values():
        assert ended is Outcome.NOT_ADOPTED
    else:
        assert ended is (Outcome.ADOPTED if closed else None)


@given(histories(), st.integers(0, 100_000))
def test_what_came_after_a_silence_has_ended_changes_nothing(acts, minutes):
    closes = START + timedelta(minutes=minutes)
    in_time = [a for a in acts if a.at <= closes]
    assert standing(before_closing(acts, closes), ASKED) == standing(in_time, ASKED)


@given(histories())
def test_comments_end_at_the_closing_time_whatever_was_said(acts):
    found = standing(acts, ASKED)
    assert outcome("comments", found, False, NOW) is None
    assert outcome("comments", found, True, NOW) is Outcome.COMMENTS_CLOSED


@given(histories())
def test_nobody_is_named_who_stands_aside_or_under_unanimity_did_not_clear(acts):
    found = standing(acts, ASKED)
    aside = {a for a, p in positions(found).items() if p is Position.STANDS_ASIDE}
    assert set(on_behalf(found, "silence")) == set(ASKED) - aside
    cleared = {a for a, p in positions(found).items() if p is Position.CLEARED}
    assert set(on_behalf(found, "unanimity")) == cleared


def test_a_withdrawn_position_is_as_none():
    given_, taken = act(1), act(2, given=False)
    assert standing([given_, taken], ASKED)["aa"] == Standing()
    assert outcome("unanimity", standing([given_, taken], ("aa",)), False, NOW) is None


def test_taking_away_what_does_not_count_changes_nothing():
    acts = [act(1), act(2, source="reaction:no_entry"), act(3, given=False)]
    assert standing(acts, ASKED)["aa"].position is Position.CANNOT_CLEAR


def test_a_colleague_cannot_take_away_what_another_gave():
    acts = [act(1, person="U1"), act(2, person="U2", given=False)]
    assert standing(acts, ASKED)["aa"].person == "U1"


def test_of_two_people_of_an_agency_the_later_counts_though_it_arrives_first():
    later = act(2, source="reaction:no_entry", person="U2")
    assert standing([later, act(1, person="U1")], ASKED)["aa"].person == "U2"


def test_event_times_are_compared_as_numbers():
    early = Act("aa", "U1", Position.CLEARED, "reaction:a", True, START, "999999999.000001")
    late = Act("aa", "U1", Position.CANNOT_CLEAR, "reaction:b", True, START, "1000000000.000001")
    assert standing([late, early], ASKED)["aa"].position is Position.CANNOT_CLEAR


def test_a_reaction_given_and_taken_at_one_moment_is_taken():
    assert standing([act(1, given=False), act(1)], ASKED)["aa"] == Standing()


def test_all_aside_is_no_clearance():
    acts = [act(n, agency, "reaction:white_circle") for n, agency in enumerate(ASKED)]
    assert outcome("unanimity", standing(acts, ASKED), False, NOW) is None
    assert outcome("unanimity", standing(acts, ASKED), True, NOW) is Outcome.PAST_CLOSING


def test_a_change_not_yet_settled_does_not_satisfy_unanimity():
    found = {
        "aa": Standing(Position.SUBJECT_TO_CHANGE, "U1", START, "x"),
        "bb": Standing(Position.CLEARED),
    }
    assert outcome("unanimity", found, False, NOW) is None


@pytest.mark.parametrize("capacity", [None, *Capacity])
def test_heads_clear_only_in_their_own_name_or_by_a_delegated_officer(capacity):
    found = {"aa": Standing(Position.CLEARED, "U1", START, "x", capacity)}
    binds = capacity in (Capacity.HEAD, Capacity.OFFICER)
    ended = outcome("unanimity", found, False, NOW, heads=True)
    assert ended is (Outcome.CLEARED if binds else None)
    assert on_behalf(found, "unanimity", heads=True) == (("aa",) if binds else ())


def test_an_act_needs_an_aware_instant():
    with pytest.raises(ValueError, match="aware"):
        Act("aa", "U1", Position.CLEARED, "x", True, START.replace(tzinfo=None), "1.0")
