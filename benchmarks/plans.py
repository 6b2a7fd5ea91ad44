"""Plan files of any length: the shipped plan's group, calendar and chairs with other milestones."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from benchmarks.processes import PLAN

_BEFORE = "outputs:"
_OUTPUTS = 20


def written(folder: Path, milestones: int) -> Path:
    """A plan file with so many milestones of all kinds, spread over its year; its path."""
    text = PLAN.read_text(encoding="utf-8")
    lines = [text[: text.index(f"\n{_BEFORE}") + 1].rstrip(), _BEFORE]
    kinds = ("task", "publication", "meeting", "task", "event")
    for output in range(_OUTPUTS):
        lines += [f"  - id: o{output}", f"    title: Output {output}", "    milestones:"]
        for number in range(output, milestones, _OUTPUTS):
            day = date(2010, 1, 11) + timedelta(days=number * 350 // milestones)
            kind = kinds[number % len(kinds)]
            owner = "chair" if kind == "meeting" else "undp"
            lines.append(
                f"      - {{id: m{number}, title: Step {number}, kind: {kind}, "
                f"when: {day.day} {day:%B} 2010, owners: {owner}}}"
            )
    path = folder / f"plan-{milestones}.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    source = PLAN.with_name("gmg-2010.txt")
    (folder / source.name).write_bytes(source.read_bytes())
    return path
