"""What makes a plan impossible to resolve, by the codes of the findings."""

from __future__ import annotations

from dataclasses import dataclass


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
