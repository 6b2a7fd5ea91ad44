"""Each finding of `gmg check`, one by one on a small plan, and where none is due."""

import pytest

from tests.workplan.making import milestone, plan
from workplan.checks import check
from workplan.places import Place, Places
from workplan.plan import ChairTerm
from workplan.schedule import resolve_as_far_as_possible


def findings(*milestones, places=None, **more):
    made = plan(*milestones, **more)
    schedule, _ = resolve_as_far_as_possible(made)
    return check(made, schedule, places or Places())


def found(code, *milestones, **more):
    """The findings of a code as (severity, milestone)."""
    made = findings(*milestones, **more)
    return [(f.severity, f.milestone) for f in made if f.code == code]


def message(code, *milestones, **more):
    (only,) = [f for f in findings(*milestones, **more) if f.code == code]
    return only.message


SERIES = [
    milestone("first", "meeting", "8 February", series="wl"),
    milestone("second", "meeting", "April/May", series="wl"),
    milestone("third", "meeting", "June", series="wl"),
    milestone("fourth", "meeting", "1 September", series="wl"),
]
FORUM = milestone("forum", "event", "27-28 May or 31 May-1 June")


def test_a_sound_plan_has_no_findings():
    assert findings(milestone(when="1 March"), *SERIES) == ()


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        ("unreadable-phrase", milestone(when="31 February")),
        ("unreadable-phrase", milestone(when="1 March", decide_by="soon")),
        ("unknown-agency", milestone(owners=["dd"])),
        ("unknown-agency", milestone(kind="circulation", asks={"of": ["aa", "dd"]})),
        ("unknown-milestone", milestone(when="at nowhere")),
        ("unknown-milestone", milestone(after=["nowhere"])),
        ("unknown-milestone", milestone(needs="nowhere")),
        ("dependency-cycle", milestone(when="at one")),
        ("dependency-cycle", milestone(after=["one"])),
    ],
)
def test_what_cannot_hold_is_an_error(code, broken):
    assert found(code, broken) == [("error", "one")]


def test_two_terms_at_once_are_an_error():
    terms = [
        {"agency": "aa", "from": "2027-01-01", "until": "2027-06-30"},
        {"agency": "bb", "from": "2027-06-30", "until": "2027-12-31"},
    ]
    assert found("chair-overlap", milestone(), chair=terms) == [("error", None)]
    assert ChairTerm.model_validate(terms[0]).agency == "aa"


def test_the_place_of_a_finding_is_that_of_its_words():
    path = ("outputs", 0, "milestones", 0, "when")
    places = Places({(): Place(1, 1), path: Place(12, 15)})
    (only,) = findings(milestone(when="tbd"), places=places)
    assert (only.line, only.column, only.code) == (12, 15, "undecided")


@pytest.mark.parametrize(
    "more",
    [
        {"when": "by May 2026"},
        {"when": "8 February 2028"},
        {"source": "Publish it by May 2026"},
        {"words": "in early 2026"},
    ],
)
def test_a_year_that_is_not_the_plans_is_found(more):
    assert found("wrong-year", milestone(**more)) == [("warning", "one")]


@pytest.mark.parametrize(
    "more",
    [
        {"when": "8 February 2027"},
        {"when": "December 2027/January 2028"},
        {"source": "The report of 2025 and the retreat in 2026"},
        {"source": "decided by the 2009 retreat"},
    ],
)
def test_a_year_that_dates_nothing_here_is_let_be(more):
    assert found("wrong-year", milestone(**more)) == []


def test_a_finding_that_a_correction_answers_is_a_note_with_both_readings():
    one = milestone(
        when="by May 2026",
        corrected={"when": "by May 2027", "why": "the plan is for 2027"},
        after=["two"],
        source="Publish it by May 2026",
    )
    two = milestone("two", when="February")
    made = [f for f in findings(one, two) if f.milestone == "one"]
    assert {f.code for f in made} == {"wrong-year", "order-conflict"}
    for finding in made:
        assert finding.severity == "note"
        assert "by May 2026" in finding.message
        assert "by May 2027" in finding.message
        assert "the plan is for 2027" in finding.message


def test_an_unreadable_date_that_a_correction_answers_is_a_note():
    one = milestone(when="when ready", corrected={"when": "May", "why": "asked the author"})
    assert found("unreadable-phrase", one) == [("note", "one")]


def test_a_correction_that_is_wrong_itself_stays_a_warning():
    one = milestone(when="by May 2025", corrected={"when": "by May 2026", "why": "a slip"})
    assert found("wrong-year", one) == [("warning", "one")]


def test_a_meeting_called_the_third_that_is_the_fourth_is_found():
    one = milestone(when="before fourth", words="prior to third working level meeting on 1 Sept.")
    assert found("ordinal-mismatch", one, *SERIES) == [("warning", "one")]
    assert "'third working level meeting'" in message("ordinal-mismatch", one, *SERIES)
    assert "fourth of the series 'wl'" in message("ordinal-mismatch", one, *SERIES)


@pytest.mark.parametrize(
    "source",
    [
        "At the 1st meeting",
        "to join first GMG WL meeting in early February",
        "in the second semester, a meeting",
        "the third report before the meeting of the third of June",
    ],
)
def test_the_right_number_and_other_ordinals_are_let_be(source):
    one = milestone(when="at first", source=source)
    assert found("ordinal-mismatch", one, *SERIES) == []


def test_a_meetings_own_number_is_checked():
    own = [*SERIES[:3], SERIES[3] | {"source": "Fifth meeting: 1 September"}]
    assert found("ordinal-mismatch", *own) == [("warning", "fourth")]
    own = [*SERIES[:3], SERIES[3] | {"source": "Fourth meeting: 1 September"}]
    assert found("ordinal-mismatch", *own) == []


def test_meetings_are_numbered_by_date_whatever_their_order_in_the_file():
    one = milestone(when="at third", words="at the third meeting")
    assert found("ordinal-mismatch", one, *reversed(SERIES)) == []


@pytest.mark.parametrize(
    "more",
    [
        {"when": "at fourth", "words": "at the meeting on 2 September"},
        {"when": "before fourth", "words": "prior to the meeting on 2 Sept."},
        {"when": "before fourth", "source": "Circulated prior to the meeting in October"},
        {"when": "after forum", "source": "after the forum on 3-4 June"},
    ],
)
def test_a_date_that_is_not_the_tied_milestones_is_found(more):
    assert found("date-mismatch", milestone(**more), *SERIES, FORUM) == [("warning", "one")]


@pytest.mark.parametrize(
    "more",
    [
        {"when": "at fourth", "words": "at the meeting on 1 Sept."},
        {"when": "at fourth", "words": "in September"},
        {"when": "before fourth", "source": "Circulated in July, before the meeting"},
        {"when": "before fourth", "source": "Adopted in 2026; as may be needed"},
        {"when": "1 March", "source": "on 2 March"},
        {"when": "at forum", "words": "at the forum"},
    ],
)
def test_a_date_that_agrees_or_is_its_own_is_let_be(more):
    assert found("date-mismatch", milestone(**more), *SERIES, FORUM) == []


@pytest.mark.parametrize("words", ["in May", "at the end of May", "in late May 2027"])
def test_words_that_say_may_straddle_an_alternative_in_june(words):
    one = milestone(when="at forum", words=words, source=words)
    assert found("straddles", one, FORUM) == [("warning", "one")]
    assert "31 May-1 June 2027" in message("straddles", one, FORUM)


@pytest.mark.parametrize("words", ["in May or June", "April/May", "in May/June", "on 27-28 May"])
def test_words_that_hold_every_alternative_do_not_straddle(words):
    may = milestone("forum", "event", "20 May or 27-28 May")
    assert found("straddles", milestone(when="at forum", words=words), may) == []


def test_a_two_day_event_with_three_days_is_found():
    event = milestone("one", "event", "27-28 May or 31 May-2 June", source="The two-day event")
    assert found("duration-mismatch", event) == [("warning", "one")]
    assert "31 May-2 June 2027 (3 days)" in message("duration-mismatch", event)
    planned = milestone("one", "event", "25-28 May", duration="2d")
    assert found("duration-mismatch", planned) == [("warning", "one")]
    short = milestone(kind="event", when="31 May 2027", duration="2d")
    assert "31 May 2027 (1 day)" in message("duration-mismatch", short)


@pytest.mark.parametrize(
    "more",
    [
        {"when": "27-28 May", "source": "a two-day event"},
        {"when": "week of 17-21 May", "duration": "0.5d"},
        {"when": "27-28 May", "source": "some two or three days"},
    ],
)
def test_a_length_that_fits_is_let_be(more):
    assert found("duration-mismatch", milestone(kind="event", **more)) == []


def test_an_occupied_or_fixed_day_off_is_found_once():
    event = milestone("forum", "event", "27-30 May")
    follows = milestone(when="at forum")
    assert found("non-working-day", event, follows) == [("warning", "forum")]
    assert "29 May 2027 is a Saturday" in message("non-working-day", event)
    feast = {"holidays": {"2027-03-09": "Eid"}}
    assert "9 March 2027 is Eid" in message(
        "non-working-day", milestone(when="9 March"), calendar=feast
    )


@pytest.mark.parametrize("when", ["May", "by 30 May", "week of 24-30 May", "27-28 May"])
def test_days_off_within_a_window_are_let_be(when):
    assert found("non-working-day", milestone(when=when)) == []


def test_what_must_come_before_what_it_follows_cannot_hold():
    one, two = milestone(when="by May", after=["two"]), milestone("two", when="June")
    assert found("order-conflict", one, two) == [("warning", "one")]
    assert "cannot be" in message("order-conflict", one, two)


def test_what_may_come_before_what_it_follows_holds_in_part():
    one, two = milestone(when="27 May", after=["two"]), milestone("two", when="May")
    text = message("order-conflict", one, two)
    assert "holds in part" in text
    assert "by 27 May 2027" in text
    two = milestone("two", when="20 May or 4 June")
    assert "holds for 20 May 2027 only" in message("order-conflict", one, two)


@pytest.mark.parametrize("when", ["by May", "28 May or 1 June", "tbd", "after three"])
def test_an_order_that_can_hold_is_let_be(when):
    one = milestone(when=when, after=["two"])
    two = milestone("two", when="late May" if when != "28 May or 1 June" else "by 1 June")
    assert found("order-conflict", one, two, milestone("three", when="1 March")) == []


def test_an_answer_period_that_does_not_fit_is_found():
    asked = milestone("two", "circulation", "late May", asks={"within": "10wd"})
    tight = milestone(when="by 4 June", needs="two")
    assert found("lead-too-short", tight, asked) == [("warning", "one")]
    assert "goes out by 21 May 2027" in message("lead-too-short", tight, asked)
    assert found("lead-too-short", milestone(when="by 14 June", needs="two"), asked) == []
    quiet = {"quiet": ["2027-06-01/2027-06-05"]}
    roomy = milestone(when="by 14 June", needs=["two"])
    assert found("lead-too-short", roomy, asked, calendar=quiet) == [("warning", "one")]


def test_answers_are_needed_before_an_event_begins():
    asked = milestone("two", "circulation", "14 May")
    assert found(
        "lead-too-short", milestone(kind="event", when="27-31 May", needs="two"), asked
    ) == [("warning", "one")]


def test_an_item_lettered_differently_than_its_output_is_found():
    outputs = [
        {
            "id": "out",
            "title": "O",
            "section": "1(g)",
            "owners": ["aa"],
            "milestones": [
                milestone("one", section="1(h)"),
                milestone("two", section="1(g)"),
                milestone("three"),
            ],
        }
    ]
    assert found("section-mismatch", outputs=outputs) == [("warning", "one")]


def test_nobody_answering_on_the_day_is_found():
    assert found("no-owner", milestone(owners=[])) == [("warning", "one")]
    terms = [{"agency": "aa", "from": "2027-01-01", "until": "2027-03-31"}]
    chairs = milestone(owners=["chair"], when="1 April")
    assert found("no-owner", chairs, chair=terms) == [("warning", "one")]
    assert "nobody chairs then" in message("no-owner", chairs, chair=terms)
    assert found("no-owner", milestone(owners=["chair"], when="31 March"), chair=terms) == []


def test_each_gap_without_a_chair_is_one_finding():
    terms = [
        {"agency": "aa", "from": "2027-01-01", "until": "2027-03-31"},
        {"agency": "bb", "from": "2027-05-01", "until": "2027-12-30"},
    ]
    assert found("chair-vacancy", milestone(), chair=terms) == [("warning", None)] * 2


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"when": "to be discussed"}, "'to be discussed': no date yet"),
        ({"when": None}, "no date is given"),
        ({"when": "27 May or 1 June", "kind": "event"}, "to be settled by 29 April 2027"),
    ],
)
def test_a_date_not_settled_is_noted(more, says):
    one = milestone(**more)
    assert found("undecided", one) == [("note", "one")]
    assert says in message("undecided", one)


def test_what_follows_something_undecided_says_so():
    one, two = milestone(when="before two"), milestone("two", when="tbd")
    assert found("undecided", one, two) == [("note", "one"), ("note", "two")]
    apart = milestone(when="between three and four")
    late, soon = milestone("three", when="1 June"), milestone("four", when="1 March")
    assert "leave no day" in message("undecided", apart, late, soon)


@pytest.mark.parametrize("when", ["ongoing", "as needed", "at forum", "after forum"])
def test_what_needs_no_date_or_follows_an_open_one_is_not_noted(when):
    assert found("undecided", milestone(when=when), FORUM) == [("note", "forum")]
