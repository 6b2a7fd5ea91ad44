"""Where the document's own words disagree: with the calendar year, a meeting's number, a date."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workplan.checks.checked import Checked
from workplan.checks.reading import ORDINALS, Mention, mentions, ordinals, sentences
from workplan.checks.words import day_in_words, span_in_words, window_in_words
from workplan.finding import Finding
from workplan.phrases import Dated, Tied, UnreadablePhrase, read_phrase
from workplan.plan_year import PlanYear
from workplan.schedule import ScheduledMilestone
from workplan.window import Span, Window

_YEAR = re.compile(r"\b(?:19|20|21)[0-9]{2}\b")


def wrong_year(seen: Checked) -> Iterator[Finding]:
    """A year named that is not the plan's, in the date or in a date of its sentences."""
    year = PlanYear.of(seen.plan)
    for item in seen.schedule.milestones:
        milestone = item.milestone
        told: set[str] = set()
        dates: list[tuple[tuple[str, ...], str]]
        if milestone.corrected is not None:
            # The document's words are answered by the correction, and told beside it.
            dates = [(("corrected", "when"), milestone.corrected.when)]
        else:
            dates = [(("when",), milestone.when or "")]
            for text, in_words in sentences(milestone):
                key: tuple[str, ...] = ("words",) if in_words else ("source",)
                dates += [(key, m.text) for m in mentions(milestone, year) if m.text in text]
        for key, text in dates:
            for named in _YEAR.findall(text):
                if named not in told and _is_foreign(text, int(named), year):
                    told.add(named)
                    plan = seen.plan.plan.name
                    message = f"{text!r} names {named}, which is not a year of {plan!r}"
                    yield seen.about(item, "wrong-year", "warning", message, *key)


def _is_foreign(text: str, named: int, year: PlanYear) -> bool:
    if year.first_day.year <= named <= year.last_day.year:
        return False
    try:
        phrase = read_phrase(text, year)
    except UnreadablePhrase:
        return True
    if not isinstance(phrase, Dated):
        return True
    # "30 December 2010-2 January 2011" begins in the plan.
    inside = Window((Span(year.first_day, year.last_day),))
    return not _touch(phrase.window, inside)


def ordinal_mismatch(seen: Checked) -> Iterator[Finding]:
    """The words say "third meeting", the one meant is the fourth of its series."""
    numbers = _numbers_in_series(seen)
    for item in seen.schedule.milestones:
        meant = {name: numbers[name] for name in item.tied_to or (item.id,) if name in numbers}
        said = ordinals(item.milestone)
        if not meant or not said or not set(said).isdisjoint(meant.values()):
            continue
        name, number = next(iter(meant.items()))
        words = next(iter(said.values()))
        meeting = seen.schedule[name]
        when = f" ({window_in_words(meeting.window)})" if meeting.window else ""
        message = (
            f"the document says {words!r}, but {name!r}{when} is the {_ordinal(number)} "
            f"of the series {meeting.milestone.series!r}"
        )
        yield seen.about(item, "ordinal-mismatch", "warning", message, _key(item, words))


def _numbers_in_series(seen: Checked) -> dict[str, int]:
    """The number of each milestone in its series, by date, then by file order."""
    series: dict[str, list[ScheduledMilestone]] = {}
    for item in seen.schedule.milestones:
        if item.milestone.series is not None and item.window is not None:
            series.setdefault(item.milestone.series, []).append(item)
    return {
        item.id: number
        for items in series.values()
        for number, item in enumerate(
            sorted(items, key=lambda item: (_middle(item), item.position)), 1
        )
    }


def _middle(item: ScheduledMilestone) -> int:
    """Twice the middle day of a window: "late 2027" lies after 19-23 September 2027."""
    assert item.window is not None
    latest = item.window.latest or item.window.earliest
    return item.window.earliest.toordinal() + latest.toordinal()


def _ordinal(number: int) -> str:
    return ORDINALS[number - 1] if number <= len(ORDINALS) else f"{number}th"


def dates_of_ties(seen: Checked) -> Iterator[Finding]:
    """`date-mismatch` and `straddles`: the sentence's date against that of the tied milestone."""
    year = PlanYear.of(seen.plan)
    for item in seen.schedule.milestones:
        tied = item.reading
        if not isinstance(tied, Tied):
            continue
        others = [seen.schedule[name] for name in tied.ids if seen.schedule.get(name)]
        dated = [(other, other.window) for other in others if other.window is not None]
        if not dated:
            continue
        told: set[str] = set()
        for mention in mentions(item.milestone, year):
            if _is_about_the_other(mention, tied):
                for code, message in _compared(mention, dated):
                    if code not in told:
                        told.add(code)
                        key = "words" if mention.in_words else "source"
                        yield seen.about(item, code, "warning", message, key)


def _is_about_the_other(mention: Mention, tied: Tied) -> bool:
    """Whether a date is that of what the milestone is tied to, rather than its own.

    "before the meeting on 1 September" is the meeting's, "in July, before the meeting" is not.
    """
    if tied.relation == "at" or mention.tie_before:
        return True
    return mention.in_words and not mention.tie_after


def _compared(
    mention: Mention, dated: list[tuple[ScheduledMilestone, Window]]
) -> Iterator[tuple[str, str]]:
    touching = [(other, window) for other, window in dated if _touch(mention.window, window)]
    if not touching:
        other, window = dated[0]
        yield (
            "date-mismatch",
            f"the document says {mention.text!r}, but {other.id!r}, to which this is tied, "
            f"is {_position(window)}",
        )
        return
    if not mention.is_period:
        return
    for other, window in touching:
        outside = [span for span in window.alternatives if not _within(span, mention.window)]
        if outside:
            days = " and ".join(span_in_words(span) for span in outside)
            yield (
                "straddles",
                f"the document says {mention.text!r}, but {other.id!r}, to which this is tied, "
                f"may be {days}, not all of which lies in it",
            )


def _position(window: Window) -> str:
    if window.earliest == window.latest:
        return f"on {day_in_words(window.earliest)}"
    return f"{window_in_words(window)}"


def _touch(one: Window, two: Window) -> bool:
    return any(
        (a.end is None or a.end >= b.start) and (b.end is None or b.end >= a.start)
        for a in one.alternatives
        for b in two.alternatives
    )


def _within(span: Span, window: Window) -> bool:
    latest = window.latest
    return (
        span.end is not None
        and latest is not None
        and window.earliest <= span.start
        and span.end <= latest
    )


def section_mismatch(seen: Checked) -> Iterator[Finding]:
    """An item lettered differently in the document's outputs and in its timeline."""
    for item in seen.schedule.milestones:
        own, output = item.milestone.section, item.output.section
        if own is not None and output is not None and own.split() != output.split():
            message = (
                f"the document has this under {own}, but its output {item.output.title!r} "
                f"under {output}"
            )
            yield seen.about(item, "section-mismatch", "warning", message, "section")


def _key(item: ScheduledMilestone, words: str) -> str:
    in_words = item.milestone.words and words in " ".join(item.milestone.words.split())
    return "words" if in_words else "source"
