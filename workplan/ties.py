"""Milestones tied to each other: their order, circles among them, and the windows that follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from workplan.calendar import WorkCalendar
from workplan.phrases import Tied, before_span
from workplan.plan_year import PlanYear
from workplan.window import Span, Window

_ONE = timedelta(days=1)


def in_order(
    ids: Iterable[str], edges: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The ids, each after those it depends on, and the circles found, each named from its first.

    Ids on a circle are left out of the order, and so are none that only lead to one.
    """
    order: list[str] = []
    circles: list[tuple[str, ...]] = []
    state: dict[str, int] = {}  # 1 on the path, 2 finished
    for first in ids:
        if first in state:
            continue
        path = [first]
        waiting = [iter(edges.get(first, ()))]
        state[first] = 1
        while path:
            following = next(waiting[-1], None)
            if following is None:
                state[path[-1]] = 2
                order.append(path.pop())
                waiting.pop()
            elif state.get(following) == 1:
                circles.append(tuple(path[path.index(following) :]))
            elif following not in state:
                state[following] = 1
                path.append(following)
                waiting.append(iter(edges.get(following, ())))
    turning = {name for circle in circles for name in circle}
    return tuple(name for name in order if name not in turning), tuple(circles)


def circle_in_words(circle: tuple[str, ...]) -> str:
    """The circle by name: 'a' → 'b' → 'a'."""
    return " → ".join(repr(name) for name in (*circle, circle[0]))


def tied_window(
    tied: Tied,
    window_of: Callable[[str], Window | None],
    calendar: WorkCalendar,
    year: PlanYear,
) -> Window | None:
    """The window that follows from those it is tied to, None where they leave no day."""
    others = [window_of(name) for name in tied.ids]
    first = others[0]
    if first is None or None in others:
        return None
    if tied.offset is not None:
        return _at_distance(tied, first, calendar)
    if tied.relation == "at":
        return first
    if tied.relation == "before":
        return Window((before_span(first.alternatives[0], year),))
    if tied.relation == "after":
        # After something without a last day: no sooner than a day after it can begin.
        return Window((Span((first.latest or first.earliest) + _ONE, None),))
    second = others[1]
    if first.latest is None or second is None or second.earliest - first.latest <= _ONE:
        return None
    return Window((Span(first.latest + _ONE, second.earliest - _ONE),))


def _at_distance(tied: Tied, other: Window, calendar: WorkCalendar) -> Window | None:
    assert tied.offset is not None
    if tied.relation == "before":
        days = [calendar.shift(span.start, tied.offset, -1) for span in other.alternatives]
    else:
        ends = [span.end for span in other.alternatives if span.end is not None]
        days = [calendar.shift(end, tied.offset, 1) for end in ends]
    return Window(tuple(Span(day, day, True) for day in days)) if days else None
