"""`check`: the plan's findings."""

from __future__ import annotations

from coordination.messages.parts import Bullets, Heading, Note, Paragraph, Part, bold, line, message
from coordination.messages.wording import count
from coordination.services import Asker, Reply, Services

MOST = 25


async def check(services: Services, _asker: Asker, _words: str) -> Reply:
    """`check`: warnings, then notes; errors cannot be here, such a plan is not loaded."""
    findings = services.snapshot.findings
    parts: list[Part] = [Heading("Where the plan contradicts itself")]
    shown = 0
    for severity, title in (("error", "Errors"), ("warning", "Warnings"), ("note", "Notes")):
        chosen = [f for f in findings if f.severity == severity][: MOST - shown]
        if not chosen:
            continue
        shown += len(chosen)
        rows = []
        for finding in chosen:
            item = services.snapshot.schedule.get(finding.milestone or "")
            name = (bold(f"{item.title}: "),) if item else ()
            rows.append(line(*name, finding.message))
        parts += [Paragraph(line(bold(title))), Bullets(tuple(rows))]
    if not findings:
        parts.append(Note(line("Nothing was found.")))
    elif len(findings) > shown:
        left = count(len(findings) - shown, "more finding", "more findings")
        parts.append(Note(line(f"and {left}: gmg check in the terminal lists all.")))
    return Reply(message(*parts))
