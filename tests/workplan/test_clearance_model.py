"""Capacities, time to think over, answers taken back and voices struck, against a plain model."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workplan.clearance import (
    REFLECTION,
    WITHDRAWN,
    Act,
    Capacity,
    Outcome,
    Position,
    Standing,
    before_closing,
    left_standing,
    on_behalf,
    outcome,
    standing,
    takes_effect,
)

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
CLOSES = START + timedelta(hours=30)
ASKED = ("aa", "bb", "cc")
SOURCES = ("reaction:a", "reaction:b", "button", "entered:1", "carried:4")
GIVEN = [p for p in Position if p is not Position.SEEN]


def act(minute, agency, person, position, source, given, capacity=None):
    at = START + timedelta(minutes=minute)
    effective = takes_effect(position, at, CLOSES) if given else None
    return Act(
        agency, person, position, source, given, at, f"{at.timestamp():.6f}", capacity, effective
    )


@st.composite
def histories(draw, positions=tuple(Position)):
    """What two people of each of three agencies, and of one not asked, did, each at its minute."""
    acts = []
    for minute in draw(st.lists(st.integers(0, 2_400), unique=True, max_size=14)):
        given_ = draw(st.booleans()) or draw(st.booleans())
        source = draw(st.sampled_from(SOURCES if given_ else (*SOURCES, WITHDRAWN)))
        agency = draw(st.sampled_from((*ASKED, "zz")))
        acts.append(
            act(
                minute,
                agency,
                f"U{agency}{draw(st.sampled_from('12'))}",
                draw(st.sampled_from(positions)),
                source,
                given_,
                draw(st.sampled_from((None, *Capacity))),
            )
        )
    return acts


def model(acts, agency):
    """What one agency's desk would keep: the answer that counts, and a pile of answers not taken
    back, the latest on top. Acts are read in the order they happened."""
    counts, pile = None, []
    for one in sorted(acts, key=lambda a: a.at):
        if one.agency != agency or one.position is Position.SEEN:
            continue
        if one.given:
            pile = [p for p in pile if (p.person, p.source) != (one.person, one.source)]
            pile.append(one)
            counts = one
        elif one.source == WITHDRAWN:
            if counts is not None and counts.person == one.person:
                pile.remove(counts)
                counts = None
        else:
            pile = [p for p in pile if (p.person, p.source) != (one.person, one.source)]
            if counts is not None and (counts.person, counts.source) == (one.person, one.source):
                counts = None
    return counts, pile[-1] if pile else None


def as_standing(one):
    if one is None:
        return Standing()
    return Standing(one.position, one.person, one.at, one.source, one.capacity, one.effective_at)


@given(histories(), st.randoms(use_true_random=False))
def test_any_order_and_repetition_gives_what_event_time_implies(acts, random):
    arrived = [*acts, *random.sample(acts, len(acts) // 2)]
    random.shuffle(arrived)
    found = standing(arrived, ASKED)
    for agency in ASKED:
        counts, left = model(acts, agency)
        assert found[agency] == as_standing(counts)
        assert left_standing(arrived, agency) == (as_standing(left) if left else None)


@given(histories())
def test_what_counts_is_always_among_what_was_not_taken_back(acts):
    for agency, found in standing(acts, ASKED).items():
        if found.position is not None:
            assert left_standing(acts, agency) == found


@given(histories(), st.sampled_from(ASKED))
def test_a_withdrawn_position_is_as_none_and_leaves_what_came_before(acts, agency):
    before = left_standing(acts, agency)
    more = act(3_000, agency, f"U{agency}1", Position.CLEARED, "button", True)
    for source in ("button", WITHDRAWN):
        back = act(3_001, agency, f"U{agency}1", Position.CLEARED, source, False)
        after = [*acts, more, back]
        assert standing(after, ASKED)[agency] == Standing()
        # A button's earlier answer of the same person was replaced, and does not come back.
        if before is None or (before.person, before.source) != (more.person, "button"):
            assert left_standing(after, agency) == before


@given(histories())
def test_a_reaction_taken_away_after_its_answer_was_withdrawn_changes_nothing(acts):
    gave = act(3_000, "aa", "U9", Position.CANNOT_CLEAR, "reaction:a", True)
    mistake = act(3_001, "aa", "U9", Position.CANNOT_CLEAR, WITHDRAWN, False)
    away = act(3_002, "aa", "U9", Position.CANNOT_CLEAR, "reaction:a", False)
    with_it, without = [*acts, gave, mistake, away], [*acts, gave, mistake]
    assert standing(with_it, ASKED) == standing(without, ASKED)
    assert left_standing(with_it, "aa") == left_standing(without, "aa")


@given(histories())
def test_a_colleague_withdraws_nothing_of_another_person(acts):
    gave = act(3_000, "aa", "U9", Position.CLEARED, "button", True)
    other = act(3_001, "aa", "U8", Position.CLEARED, WITHDRAWN, False)
    assert standing([*acts, gave, other], ASKED)["aa"] == as_standing(gave)


@given(histories(), st.booleans(), st.booleans(), st.integers(0, 2_500))
def test_unanimity_is_never_reached_with_an_agency_missing(acts, closed, heads, minute):
    found = standing(acts, ASKED)
    ended = outcome("unanimity", found, closed, START + timedelta(minutes=minute), heads)
    clear = (Position.CLEARED, Position.CLEARED_WITH_SUGGESTIONS)
    binding = (Capacity.HEAD, Capacity.OFFICER)

    def settled(agency):
        one, _ = model(acts, agency)
        if one is None:
            return None
        if one.position in (Position.STANDS_ASIDE, Position.LEFT_OUT):
            return "aside"
        if one.position in clear and (not heads or one.capacity in binding):
            return "cleared"
        return None

    answers = [settled(a) for a in ASKED]
    assert (ended is Outcome.CLEARED) == (None not in answers and "cleared" in answers)
    if ended is not Outcome.CLEARED:
        assert ended is (Outcome.PAST_CLOSING if closed else None)
    named = [a for a, s in zip(ASKED, answers, strict=True) if s == "cleared"]
    assert list(on_behalf(found, "unanimity", heads)) == named


@given(histories(), st.integers(0, 2_500))
def test_silence_never_stands_against_a_cannot_clear(acts, minute):
    now = START + timedelta(minutes=minute)
    closed = now >= CLOSES
    acts = [a for a in before_closing(acts, CLOSES) if a.at <= now]
    ended = outcome("silence", standing(acts, ASKED), closed, now)
    against = [one for a in ASKED if (one := model(acts, a)[0]) and one.position.prevents]
    # At the closing time nothing is thought over any more.
    held = [one for one in against if closed or not one.effective_at or one.effective_at <= now]
    if held:
        assert ended is Outcome.NOT_ADOPTED
    else:
        assert ended is (Outcome.ADOPTED if closed else None)


@given(histories(), histories(), st.integers(0, 2_400))
def test_what_comes_after_a_silence_has_ended_changes_nothing(acts, more, minutes):
    closes = START + timedelta(minutes=minutes)
    after = [replace(a, at=closes + (a.at - START) + timedelta(seconds=1)) for a in more]
    in_time = [a for a in acts if a.at <= closes]
    found = standing(before_closing([*in_time, *after], closes), ASKED)
    assert found == standing(in_time, ASKED)
    assert outcome("silence", found, True, closes) == outcome(
        "silence", standing(in_time, ASKED), True, closes
    )


@given(histories(), st.sampled_from(ASKED), st.booleans())
def test_an_agency_struck_decides_nothing_and_the_others_stand_as_before(acts, struck, heads):
    voices = tuple(a for a in ASKED if a != struck)
    found, whole = standing(acts, voices), standing(acts, ASKED)
    assert found == {a: s for a, s in whole.items() if a != struck}
    others = [a for a in acts if a.agency != struck]
    for rule in ("unanimity", "silence"):
        assert outcome(rule, found, True, CLOSES, heads) is outcome(
            rule, standing(others, voices), True, CLOSES, heads
        )
    assert struck not in on_behalf(found, "silence")


@given(st.sampled_from(GIVEN), st.integers(0, 2_400))
def test_only_a_cannot_clear_is_thought_over_and_not_beyond_the_closing_time(position, minute):
    at = START + timedelta(minutes=minute)
    effective = takes_effect(position, at, CLOSES)
    if position is not Position.CANNOT_CLEAR or CLOSES - at < REFLECTION:
        assert effective is None
    else:
        assert effective == at + timedelta(minutes=30) <= CLOSES


@given(histories(positions=(Position.CLEARED, Position.CLEARED_WITH_SUGGESTIONS)), st.booleans())
def test_an_answer_confirmed_in_the_heads_name_goes_with_the_reaction_that_gave_it(acts, heads):
    gave = act(3_000, "aa", "U9", Position.CLEARED, "reaction:a", True, Capacity.WORKING_LEVEL)
    named = act(3_001, "aa", "U9", Position.CLEARED, "reaction:a", True, Capacity.HEAD)
    away = act(3_002, "aa", "U9", Position.CLEARED, "reaction:a", False)
    assert standing([*acts, gave, named], ASKED)["aa"].satisfies(heads=True)
    assert standing([*acts, gave], ASKED)["aa"].satisfies(heads) is (not heads)
    assert standing([*acts, gave, named, away], ASKED)["aa"] == Standing()


def test_a_cannot_clear_confirmed_takes_effect_before_its_time():
    first = act(0, "aa", "U1", Position.CANNOT_CLEAR, "reaction:a", True)
    now = START + timedelta(minutes=5)
    assert not standing([first], ASKED)["aa"].in_effect(now)
    assert outcome("silence", standing([first], ASKED), False, now) is None
    confirmed = replace(act(4, "aa", "U1", Position.CANNOT_CLEAR, "reaction:a", True))
    confirmed = replace(confirmed, effective_at=None)
    found = standing([first, confirmed], ASKED)
    assert outcome("silence", found, False, now) is Outcome.NOT_ADOPTED


@pytest.mark.parametrize("rule", ["unanimity", "silence"])
def test_nothing_is_cleared_by_a_cannot_clear_that_is_still_thought_over(rule):
    acts = [act(n, a, f"U{a}", Position.CLEARED, "button", True) for n, a in enumerate(ASKED)]
    acts.append(act(10, "aa", "Uaa", Position.CANNOT_CLEAR, "reaction:b", True))
    assert outcome(rule, standing(acts, ASKED), False, START + timedelta(minutes=11)) is None
