"""Every row of the phrase table reads as it says, and nothing else reads at all."""

from datetime import date

import pytest
from edtf import parse_edtf, struct_time_to_date
from hypothesis import assume, given
from hypothesis import strategies as st

from workplan.phrases import (
    Dated,
    Occasional,
    Ongoing,
    PlanYear,
    Tied,
    Undecided,
    UnreadablePhrase,
    is_phrase,
    read_phrase,
)
from workplan.plan import Length

YEAR = PlanYear.calendar(2010)
JULY = PlanYear(date(2026, 7, 1), date(2027, 6, 30))
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def edtf(text, year=YEAR):
    phrase = read_phrase(text, year)
    assert isinstance(phrase, Dated), phrase
    return " | ".join(phrase.window.edtf())


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("8 February 2010", "2010-02-08"),
        ("18 Dec. 2010", "2010-12-18"),
        ("2010-02-08", "2010-02-08"),
        ("6 October", "2010-10-06"),
        ("1 Sept.", "2010-09-01"),
        ("27-28 May", "2010-05-27/2010-05-28"),
        ("30 May-1 June 2010", "2010-05-30/2010-06-01"),
        ("27-28 May or 30 May-1 June 2010", "2010-05-27/2010-05-28 | 2010-05-30/2010-06-01"),
        ("27-28 May or 30 May-1 June 2011", "2011-05-27/2011-05-28 | 2011-05-30/2011-06-01"),
        ("8 May 2009 or 9 May", "2009-05-08 | 2010-05-09"),
        ("week of 13-17 September", "[2010-09-13..2010-09-17]"),
        ("week of 30 August-3 September 2010", "[2010-08-30..2010-09-03]"),
        ("June 2010", "[2010-06-01..2010-06-30]"),
        ("Nov. 2010", "[2010-11-01..2010-11-30]"),
        ("2010", "[2010-01-01..2010-12-31]"),
        ("April/May 2010", "[2010-04-01..2010-05-31]"),
        ("December/January", "[2010-12-01..2011-01-31]"),
        ("December 2010/January 2011", "[2010-12-01..2011-01-31]"),
        ("early January", "[2010-01-01..2010-01-10]"),
        ("beginning of January", "[2010-01-01..2010-01-10]"),
        ("mid-March 2010", "[2010-03-11..2010-03-20]"),
        ("middle of March", "[2010-03-11..2010-03-20]"),
        ("late February", "[2010-02-21..2010-02-28]"),
        ("end of February 2012", "[2012-02-21..2012-02-29]"),
        ("early 2010", "[2010-01-01..2010-04-30]"),
        ("mid-2010", "[2010-05-01..2010-08-31]"),
        ("late 2010", "[2010-09-01..2010-12-31]"),
        ("first half of June", "[2010-06-01..2010-06-15]"),
        ("second half of February", "[2010-02-16..2010-02-28]"),
        ("Q2 2010", "[2010-04-01..2010-06-30]"),
        ("first semester", "[2010-01-01..2010-06-30]"),
        ("second half of 2010", "[2010-07-01..2010-12-31]"),
        ("by May 2010", "[2010-01-01..2010-05-31]"),
        ("by May 2009", "[2009-01-01..2009-05-31]"),
        ("by the end of May", "[2010-01-01..2010-05-31]"),
        ("by the end of 2010", "[2010-01-01..2010-12-31]"),
        ("by the end of mid-March 2010", "[2010-01-01..2010-03-20]"),
        ("no later than 27-28 May", "[2010-01-01..2010-05-28]"),
        ("before 15 May", "[2010-01-01..2010-05-14]"),
        ("before late June", "[2010-01-01..2010-06-20]"),
        ("prior to Q3 2010", "[2010-01-01..2010-06-30]"),
        ("before January", "[2009-01-01..2009-12-31]"),
    ],
)
def test_a_date_in_words_reads_as_the_table_says(text, reads):
    assert edtf(text) == reads


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("before wl-4", Tied("before", ("wl-4",))),
        ("prior to the symposium", Tied("before", ("symposium",))),
        ("at symposium", Tied("at", ("symposium",))),
        ("after symposium", Tied("after", ("symposium",))),
        ("between wl-1 and wl-2", Tied("between", ("wl-1", "wl-2"))),
        ("10wd before gfmd-iv", Tied("before", ("gfmd-iv",), Length(number=10, unit="wd"))),
        ("2w after wl-1", Tied("after", ("wl-1",), Length(number=2, unit="w"))),
        ("3d after wl-1", Tied("after", ("wl-1",), Length(number=3, unit="d"))),
        ("to be discussed", Undecided()),
        ("to be decided", Undecided()),
        ("TBC", Undecided()),
        ("tbd", Undecided()),
        ("ongoing", Ongoing()),
        ("continuous", Ongoing()),
        ("upon occasion", Occasional()),
        ("as needed", Occasional()),
    ],
)
def test_ties_and_words_without_a_date_read_as_the_table_says(text, reads):
    assert read_phrase(text, YEAR) == reads


def test_ongoing_in_a_period_keeps_the_period():
    phrase = read_phrase("ongoing in 2010", YEAR)
    assert isinstance(phrase, Ongoing)
    assert phrase.window.edtf() == ("[2010-01-01..2010-12-31]",)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("ON THE 8 FEBRUARY 2010", "8 February 2010"),
        ("during the week of 13–17 September", "week of 13-17 September"),
        ("27 — 28 May", "27-28 May"),
        ("in early Jan.", "early January"),
        ("early in 2010", "early 2010"),
        ("the end of May", "late May"),
        ("mid–June", "mid-June"),
        ("  8   Feb.\u00a02010 ", "8 February 2010"),
        ("by end May", "by the end of May"),
        ("at the symposium", "at symposium"),
    ],
)
def test_case_stops_dashes_and_small_words_make_no_difference(text, same):
    assert read_phrase(text, YEAR) == read_phrase(same, YEAR)


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month_reads_in_full_and_short(number):
    name = MONTHS[number - 1]
    full = edtf(f"{name} 2010")
    shorts = {name[:3], "Sept"} if name == "September" else {name[:3]}
    assert {edtf(f"{short}{stop} 2010") for short in shorts for stop in ("", ".")} == {full}


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("1 July", "2026-07-01"),
        ("30 June", "2027-06-30"),
        ("December/January", "[2026-12-01..2027-01-31]"),
        ("June/July", "[2027-06-01..2027-07-31]"),
        ("Q4", "[2026-10-01..2026-12-31]"),
        ("first semester", "[2027-01-01..2027-06-30]"),
        ("30 December-2 January", "2026-12-30/2027-01-02"),
        ("by the end of April", "[2026-07-01..2027-04-30]"),
        ("before 15 May", "[2026-07-01..2027-05-14]"),
        ("before July", "[2025-07-01..2026-06-30]"),
        ("by September 2027", "[2027-07-01..2027-09-30]"),
        ("10 May or 24-25 May", "2027-05-10 | 2027-05-24/2027-05-25"),
    ],
)
def test_a_plan_from_july_to_june_places_dates_inside_itself(text, reads):
    assert edtf(text, JULY) == reads


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("31 February", "28 February"),
        ("28-27 May", "27-28 May"),
        ("8 Febuary 2010", "8 February 2010"),
        ("13th September", "13 September"),
        ("May 10", "10 May"),
        ("week of 13 September", "week of 13-17 September"),
        ("10 working days before symposium", "10wd before symposium"),
        ("May-June 2010", "May/June 2010"),
        ("tbd?", "tbd"),
        ("on going", "ongoing"),
        ("end of 2010", "by the end of 2010"),
        ("8 February 2010.", "8 February 2010"),
        ("08.02.2010", "8 February 2010"),
        ("8/2/2010", "8 February 2010"),
        ("2/28/2010", "28 February 2010"),
        ("2010-2-8", "8 February 2010"),
        ("2010-02-30", "28 February 2010"),
        ("0 May", "1 May"),
        ("June/May", "May/June"),
        ("June/May 2010", "May/June 2010"),
        ("between June and July", "June/July"),
        ("beginning of 2010", "early 2010"),
        ("end 2010", "by the end of 2010"),
        ("spring 2010", "2010"),
        ("on Thursday 29 April", "29 April"),
        ("perhaps early in June, if possible", "early June"),
    ],
)
def test_an_unreadable_phrase_is_refused_with_the_nearest_readable_form(text, nearest):
    with pytest.raises(UnreadablePhrase) as refused:
        read_phrase(text, YEAR)
    assert refused.value.nearest == nearest
    assert text in str(refused.value)
    assert nearest in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "", "the", "of the", "soon", "Spring 2010", "31 June", "0 May", "29 February",
        "8 February 10", "8 February 0010", "8 February 2010 at noon", "2010-2-8", "2010-13-01",
        "2010-02-30", "28-27 May", "1 June-30 May", "June/May", "May 2011/April 2010",
        "30 May 2010-1 June", "week of 1-30 June", "beginning of 2010", "after June",
        "after 8 February", "between June and July", "at", "before", "by", "by symposium",
        "10wd before June", "0.5d before symposium", "1000wd before symposium", "Q5 2010",
        "third half of June", "8 or 9 February", "by May or June", "continuous in 2010",
        "ongoing in autumn", "٨ February", "8 February, 2010", "1/2 day", "May 9999", "or",
        "2010 or", "between a and b and c",
    ],
)  # fmt: skip
def test_what_is_not_in_the_table_is_never_guessed_at(text):
    with pytest.raises(UnreadablePhrase) as refused:
        read_phrase(text, YEAR)
    read_phrase(refused.value.nearest, YEAR)


@pytest.mark.parametrize("text", ["x" * 4000, "may " * 1500, "1-" * 5000, "\u202e" * 4000])
def test_hostile_length_is_refused_at_once(text):
    with pytest.raises(UnreadablePhrase) as refused:
        read_phrase(text, YEAR)
    assert len(str(refused.value)) < 300


def test_a_day_that_falls_in_the_plan_twice_needs_its_year():
    two_years = PlanYear(date(2026, 1, 1), date(2027, 12, 31))
    with pytest.raises(UnreadablePhrase, match="more than once"):
        read_phrase("8 February", two_years)
    assert edtf("8 February 2027", two_years) == "2027-02-08"


def test_a_month_outside_a_short_plan_needs_its_year():
    short = PlanYear(date(2026, 7, 1), date(2026, 12, 31))
    with pytest.raises(UnreadablePhrase, match="does not fall"):
        read_phrase("March", short)


@pytest.mark.parametrize("text", ["may", "2027", "q2", "tbc", "ongoing", "mid-june", "the", "of"])
def test_an_id_may_not_be_a_phrase(text):
    assert is_phrase(text)


@pytest.mark.parametrize("text", ["wl-1", "symposium", "gfmd-iv", "mayor", "q5", "may-day"])
def test_an_ordinary_id_is_no_phrase(text):
    assert not is_phrase(text)


months = st.sampled_from(MONTHS)
short_months = months.map(lambda m: m if m == "May" else f"{m[:3]}.")
years = st.sampled_from(["", " 2009", " 2010", " 2012"])
named = st.builds("{} {}{}".format, st.integers(1, 28), months | short_months, years)
bases = st.one_of(
    named,
    st.builds(
        "{}{}{}".format,
        st.sampled_from(
            ["", "early ", "mid-", "late ", "end of ", "first half of ", "second half of "]
        ),
        months,
        years,
    ),
    st.builds(
        lambda a, b, m, y: f"{min(a, b)}-{max(a, b)} {m}{y}",
        st.integers(1, 28),
        st.integers(1, 28),
        months,
        years,
    ),
    st.builds("Q{}{}".format, st.integers(1, 4), years),
    st.sampled_from(["April/May 2010", "December/January", "mid-2011", "second semester", "2010"]),
    st.builds("{} or {} 2010".format, named, named.filter(lambda t: t[-1].isalpha())),
)
phrases = st.builds(
    "{}{}".format, st.sampled_from(["", "", "by ", "before ", "no later than ", "in "]), bases
)


def windows(text, year=YEAR):
    try:
        phrase = read_phrase(text, year)
    except UnreadablePhrase:
        return None
    return phrase.window if isinstance(phrase, Dated) else None


@given(phrases, st.sampled_from([YEAR, JULY]))
def test_a_windows_ends_are_ordered_and_hold_every_alternative(text, year):
    window = windows(text, year)
    assume(window is not None)
    assert window.earliest <= window.latest
    for span in window.alternatives:
        assert window.earliest <= span.start <= span.end <= window.latest


@given(phrases)
def test_a_window_written_as_edtf_has_the_same_bounds_when_edtf_reads_it(text):
    window = windows(text)
    assume(window is not None)
    for span, written in zip(window.alternatives, window.edtf(), strict=True):
        read = parse_edtf(written)
        assert struct_time_to_date(read.lower_strict()) == span.start
        assert struct_time_to_date(read.upper_strict()) == span.end


def _dropped(text, place, _):
    return text[:place] + text[place + 1 :]


def _added(text, place, letter):
    return text[:place] + letter + text[place:]


@given(
    phrases.filter(lambda t: " or " not in t),
    st.integers(0, 40),
    st.sampled_from([_dropped, _added]),
    st.sampled_from("abcdefghijklmnopqrstuvwxyz?!_"),
)
def test_a_misspelt_phrase_reads_the_same_or_is_refused(text, place, change, letter):
    good = windows(text)
    assume(good is not None and place < len(text) and not text[place].isdigit())
    changed = change(text, place, letter)
    # A dropped space joins words, a dropped letter may leave another month's abbreviation whole.
    assume(not text[place].isspace() and text[place] not in "-/")
    try:
        phrase = read_phrase(changed, YEAR)
    except UnreadablePhrase as refused:
        read_phrase(refused.nearest, YEAR)
    else:
        assert isinstance(phrase, Tied) or phrase.window == good


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_with_a_form_that_reads(text):
    try:
        read_phrase(text, YEAR)
    except UnreadablePhrase as refused:
        read_phrase(refused.nearest, YEAR)


@given(
    st.lists(
        st.sampled_from(
            [
                "by",
                "before",
                "the",
                "of",
                "end",
                "early",
                "mid-",
                "late",
                "May",
                "June",
                "2010",
                "8",
                "27-28",
                "week",
                "Q2",
                "half",
                "first",
                "or",
                "and",
                "between",
                "after",
                "at",
                "wl-1",
                "10wd",
                "2w",
                "/",
                "-",
                "ongoing",
                "semester",
                "31",
                "Feb.",
                "to",
                "be",
                "discussed",
            ]
        ),
        max_size=9,
    )
)
def test_words_of_the_table_in_any_order_are_read_or_refused(words):
    test = " ".join(words)
    try:
        read_phrase(test, YEAR)
    except UnreadablePhrase as refused:
        read_phrase(refused.nearest, YEAR)
