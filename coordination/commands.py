"""The one table of commands: help, the docs page, the parser and completions are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A command as people type it, without the slash command's own name.

    `example` has places in curly brackets for words of the plan (coordination/examples.py).
    """

    name: str
    arguments: str
    summary: str
    example: str
    aliases: tuple[str, ...] = ()
    who: str = ""  # who may do it, where not everybody may

    @property
    def usage(self) -> str:
        """`next [N] [agency or output]`."""
        return f"{self.name} {self.arguments}".strip()


CHAIR = "the Chair and the secretariat"
THEMSELVES = "everyone who represents an agency, for themselves"

COMMANDS: tuple[Command, ...] = (
    Command("help", "[command]", "What can be asked, with one example each.", "help next"),
    Command(
        "next",
        "[N] [agency or output]",
        "What comes next, with its date in the plan's own words and who owns it.",
        "next 3 {agency}",
    ),
    Command(
        "deadlines",
        "[today / this week / this month / June / late / undecided]",
        "All dates, grouped by week.",
        "deadlines this month",
    ),
    Command(
        "owner",
        "ITEM",
        "Who is responsible for a milestone, with their people.",
        "owner {publication}",
        ("who",),
    ),
    Command("show", "ITEM", "Everything about a milestone.", "show {meeting}"),
    Command("meetings", "", "The meetings of the plan with dates and places.", "meetings"),
    Command("chair", "", "Who chairs the group, who did and who will.", "chair"),
    Command("agencies", "", "The members of the day with their people.", "agencies"),
    Command("mine", "", "What waits for your agency.", "mine"),
    Command(
        "clearance",
        "[ITEM]",
        "How each circulation stands.",
        "clearance {circulation}",
    ),
    Command("check", "", "Where the plan contradicts itself.", "check"),
    Command(
        "circulate",
        "[ITEM] [LINK]",
        "Circulate a document by a form; with its link, after one confirmation.",
        "circulate {circulation} https://example.org/draft.pdf",
        who=CHAIR,
    ),
    Command(
        "record",
        "[ITEM]",
        "Enter answers to a circulation that came by e-mail or phone, several in one form.",
        "record {circulation}",
        who=CHAIR,
    ),
    Command(
        "confirm",
        "ITEM DATE",
        "Settle a date; shows first what else moves.",
        "confirm {meeting} {meeting_date}",
        who=CHAIR,
    ),
    Command(
        "move",
        "ITEM DATE",
        "Give a milestone another date; shows first what else moves.",
        "move {publication} {later}",
        who=CHAIR,
    ),
    Command(
        "done",
        "ITEM",
        "Mark a milestone as done.",
        "done {task}",
        who="its owners, the Chair and the secretariat",
    ),
    Command(
        "reopen",
        "ITEM",
        "It is not done after all.",
        "reopen {task}",
        who="its owners, the Chair and the secretariat",
    ),
    Command(
        "postpone",
        "ITEM",
        "Put a milestone off without a new date.",
        "postpone {meeting}",
        who="its owners, the Chair and the secretariat",
    ),
    Command(
        "activate",
        "ITEM",
        "The condition it waited for is met.",
        "activate {pending}",
        who=CHAIR,
    ),
    Command(
        "focal",
        "@user AGENCY [alternate / head]",
        "Name who represents an agency; “none” instead of an agency ends it.",
        "focal @maria {agency} alternate",
        who=CHAIR,
    ),
    Command("join", "AGENCY", "Ask the Chair to name you for an agency.", "join {agency}"),
    Command(
        "away",
        "FROM TO [@deputy]",
        "A deputy gets your brief and questions on those days; “none” ends it.",
        "away {away_from} {away_until} @ana",
        who=THEMSELVES,
    ),
    Command(
        "snooze",
        "ITEM [DATE or 3d or 1w]",
        "Put your own reminders of an item off, never beyond its day; “off” ends it.",
        "snooze {publication} 3d",
        who=THEMSELVES,
    ),
    Command(
        "mute",
        "[off]",
        "Turn your own daily briefs off, or on again.",
        "mute",
        who=THEMSELVES,
    ),
    Command(
        "pause",
        "[off]",
        "Stop all notices and briefs for a while; what fell due comes once, late.",
        "pause",
        who=CHAIR,
    ),
    Command(
        "preview",
        "[off]",
        "See each notice an hour ahead, to send, edit or skip it.",
        "preview",
        who="the secretariat",
    ),
    Command(
        "handover",
        "",
        "The brief for the next Chair.",
        "handover",
        who="the Chair, the secretariat and the next Chair",
    ),
)

_BY_NAME = {name: c for c in COMMANDS for name in (c.name, *c.aliases)}


def find_command(name: str) -> Command | None:
    """The command of that name or alias, whatever its case and the mark behind it."""
    return _BY_NAME.get(bare(name).lower())


def bare(word: str) -> str:
    """The word without the question mark or full stop that people put behind it."""
    return word.rstrip("?!.,:")


def names() -> tuple[str, ...]:
    """All names and aliases."""
    return tuple(_BY_NAME)


def commands_page(words: Mapping[str, str], command: str = "/gmg", mention: str = "@gmg") -> str:
    """The page docs/commands.md, as Markdown; `words` fill the examples."""
    rows = [
        "# Commands",
        "",
        f"Type them after `{command}`, after `{mention}` in a channel or a thread, or alone in a",
        "direct message to the bot. ITEM is a milestone's id or words of its title; an unclear",
        "name is answered with the nearest ones as buttons.",
        "",
        "| command | what it does | example | who may |",
        "|---|---|---|---|",
    ]
    for c in COMMANDS:
        usage = c.usage + (f" (also `{'`, `'.join(c.aliases)}`)" if c.aliases else "")
        shown = f"`{c.usage}`" + usage[len(c.usage) :]
        example = f"`{command} {c.example.format_map(words)}`"
        rows.append(f"| {shown} | {c.summary} | {example} | {c.who or 'everyone'} |")
    return "\n".join(rows) + "\n"
