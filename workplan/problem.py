"""What makes a plan impossible to resolve, by the codes of the findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workplan.phrases import UnreadablePhrase


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that cannot hold: its finding code, where it stands in the plan, one sentence.

    `where` is the path of keys and positions in the plan file, such as
    ("outputs", 0, "milestones", 2, "when").
    """

    code: str
    where: tuple[str | int, ...]
    message: str
    milestone: str | None = None


class PlanProblem(ValueError):
    """A plan whose dates cannot be resolved; `problems` says each in one sentence."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(problem.message for problem in problems))


def unreadable(
    problem: UnreadablePhrase, where: tuple[str | int, ...], milestone: str | None
) -> Problem:
    """The problem of a phrase outside the table."""
    return Problem("unreadable-phrase", where, problem.sentence, milestone)


def unknown_milestone(
    name: str, where: tuple[str | int, ...], milestone: str, known: Iterable[str]
) -> Problem:
    """The problem of an id that no milestone has."""
    cure = nearest(name, known) or "use the id of a milestone of this plan"
    return Problem(
        "unknown-milestone", where, f"{name!r} is not a milestone of this plan; {cure}", milestone
    )


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The question that offers the nearest known name, None when none is near."""
    from rapidfuzz import fuzz, process  # only needed when something is wrong

    near = process.extractOne(name, list(known), scorer=fuzz.ratio, score_cutoff=70)
    return f"did you mean {near[0]!r}?" if near else None
