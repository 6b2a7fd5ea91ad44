"""What cannot hold in a plan beside its dates: unknown names, ids given twice, circles, terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from workplan.membership import CHAIR
from workplan.phrases import Tied, UnreadablePhrase, is_phrase, read_phrase
from workplan.plan import Kind, Milestone, Plan
from workplan.plan_year import PlanYear
from workplan.problem import Problem, nearest, unknown_milestone, unreadable
from workplan.ties import circle_in_words, in_order

Where = tuple[str | int, ...]
# Errors that are findings: the file reads as a plan, but the plan cannot hold.
FINDING_CODES = frozenset(
    {
        "unreadable-phrase",
        "unknown-agency",
        "unknown-milestone",
        "dependency-cycle",
        "chair-overlap",
    }
)


def soundness_problems(plan: Plan) -> tuple[Problem, ...]:
    """Everything that cannot hold, but the dates themselves (see `workplan.schedule`)."""
    return (
        *_ids(plan),
        *_agencies(plan),
        *_terms(plan),
        *_references(plan),
        *_circles(plan),
        *_decide_by(plan),
    )


def milestones_with_place(plan: Plan) -> Iterator[tuple[Where, Milestone]]:
    """Every milestone with its path in the file, in file order."""
    for number, output in enumerate(plan.outputs):
        for place, milestone in enumerate(output.milestones):
            yield ("outputs", number, "milestones", place), milestone


def _ids(plan: Plan) -> Iterator[Problem]:
    yield from _each_once(
        "agencies", ((("agencies", n), a.id) for n, a in enumerate(plan.agencies))
    )
    yield from _each_once("outputs", ((("outputs", n), o.id) for n, o in enumerate(plan.outputs)))
    # Milestones given twice are found where they are scheduled; here only what may not be an id.
    named = ((where, milestone.id) for where, milestone in milestones_with_place(plan))
    yield from _free(named)
    for number, agency in enumerate(plan.agencies):
        if agency.id in (CHAIR, "all", "interested"):
            where = ("agencies", number, "id")
            yield Problem(
                "reserved-id", where, f"{agency.id!r} cannot be an agency's id; choose another one"
            )


def _each_once(what: str, named: Iterable[tuple[Where, str]]) -> Iterator[Problem]:
    known: set[str] = set()
    named = list(named)
    for where, name in named:
        if name in known:
            message = f"two {what} have the id {name!r}; rename one of them"
            yield Problem("duplicate-id", (*where, "id"), message)
        known.add(name)
    yield from _free(named)


def _free(named: Iterable[tuple[Where, str]]) -> Iterator[Problem]:
    for where, name in named:
        if is_phrase(name):
            message = f"the id {name!r} could be read as a date; choose another one"
            yield Problem("reserved-id", (*where, "id"), message)


def _agencies(plan: Plan) -> Iterator[Problem]:
    known = {agency.id for agency in plan.agencies}
    named: list[tuple[Where, str, str | None]] = [
        (("chair", n, "agency"), term.agency, None) for n, term in enumerate(plan.chair)
    ]
    for number, output in enumerate(plan.outputs):
        where: Where = ("outputs", number, "owners")
        named += [((*where, n), name, None) for n, name in enumerate(output.owners)]
    for path, milestone in milestones_with_place(plan):
        owners = enumerate(milestone.owners or ())
        named += [((*path, "owners", n), name, milestone.id) for n, name in owners]
        if milestone.asks and not isinstance(milestone.asks.of, str):
            asked = enumerate(milestone.asks.of)
            named += [((*path, "asks", "of", n), name, milestone.id) for n, name in asked]
    for where, name, milestone_id in named:
        if name not in known and (name != CHAIR or "owners" not in where):
            cure = nearest(name, known) or "use the id of an agency of this plan"
            message = f"{name!r} is not an agency of this plan; {cure}"
            yield Problem("unknown-agency", where, message, milestone_id)


def _terms(plan: Plan) -> Iterator[Problem]:
    terms = sorted(enumerate(plan.chair), key=lambda pair: (pair[1].from_, pair[1].until))
    for (_, one), (place, two) in pairwise(terms):
        if two.from_ <= one.until:
            message = (
                f"the term of {two.agency!r} from {two.from_} overlaps that of {one.agency!r} "
                f"until {one.until}; end one before the other begins"
            )
            yield Problem("chair-overlap", ("chair", place, "from"), message)


def _references(plan: Plan) -> Iterator[Problem]:
    milestones = {milestone.id: milestone for _, milestone in milestones_with_place(plan)}
    for where, milestone in milestones_with_place(plan):
        for key, names in (("after", milestone.after), ("needs", milestone.needs)):
            for place, name in enumerate(names):
                if name not in milestones:
                    yield unknown_milestone(name, (*where, key, place), milestone.id, milestones)
        for place, name in enumerate(milestone.needs):
            if name in milestones and milestones[name].kind is not Kind.CIRCULATION:
                message = f"{name!r} is not a circulation, so it cannot be cleared; use `after`"
                yield Problem("not-a-circulation", (*where, "needs", place), message, milestone.id)
        if milestone.asks is not None and milestone.kind is not Kind.CIRCULATION:
            message = f"a {milestone.kind} asks nothing; leave `asks` out, or make it a circulation"
            yield Problem("not-a-circulation", (*where, "asks"), message, milestone.id)


def _circles(plan: Plan) -> Iterator[Problem]:
    places = {milestone.id: where for where, milestone in milestones_with_place(plan)}
    milestones = {milestone.id: milestone for _, milestone in milestones_with_place(plan)}
    if len(milestones) < sum(len(output.milestones) for output in plan.outputs):
        return  # an id given twice: who waits for whom cannot be told, and the id is told already
    edges = {
        name: tuple(other for other in (*m.after, *m.needs) if other in milestones)
        for name, m in milestones.items()
    }
    for circle in in_order(edges, edges)[1]:
        key = "after" if milestones[circle[0]].after else "needs"
        message = (
            f"{circle_in_words(circle)} wait for each other in a circle; "
            "take one of them out of `after` or `needs`"
        )
        yield Problem("dependency-cycle", (*places[circle[0]], key), message, circle[0])


def _decide_by(plan: Plan) -> Iterator[Problem]:
    year = PlanYear.of(plan)
    known = {milestone.id for _, milestone in milestones_with_place(plan)}
    for where, milestone in milestones_with_place(plan):
        if milestone.decide_by is None:
            continue
        place = (*where, "decide_by")
        try:
            phrase = read_phrase(milestone.decide_by, year)
        except UnreadablePhrase as problem:
            yield unreadable(problem, place, milestone.id)
        else:
            for name in phrase.ids if isinstance(phrase, Tied) else ():
                if name not in known:
                    yield unknown_milestone(name, place, milestone.id, known)
