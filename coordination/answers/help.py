"""`help`: what can be asked, with one example each."""

from __future__ import annotations

from collections.abc import Mapping

from coordination.actions import Action
from coordination.commands import COMMANDS, Command, find_command
from coordination.examples import example_words
from coordination.messages.parts import (
    Bullets,
    Button,
    Buttons,
    Heading,
    Message,
    Note,
    Paragraph,
    Text,
    line,
    message,
)
from coordination.services import Asker, Refused, Reply, Services


async def help_(services: Services, _asker: Asker, words: str) -> Reply:
    """`help [command]`."""
    filled = example_words(services.snapshot.schedule)
    if words:
        command = find_command(words.split()[0])
        if command is None:
            raise Refused(f"I do not know “{words[:40]}”. {services.command} help lists them all.")
        return Reply(_one(services.command, command, filled))
    ask = [c for c in COMMANDS if not c.who]
    act = [c for c in COMMANDS if c.who]
    return Reply(
        message(
            Heading("What you can ask"),
            Bullets(tuple(_row(services.command, c, filled) for c in ask)),
            Heading("What can be done"),
            Bullets(tuple(_row(services.command, c, filled) for c in act)),
            Note(
                line(
                    f"The same after @{services.bot_name} in a channel or thread, and in a direct "
                    "message. An item is its id or words of its title."
                )
            ),
            Buttons(
                (Button(Action.ASK, "What comes next", "next"), Button(Action.ASK, "Mine", "mine"))
            ),
        )
    )


def _row(prefix: str, command: Command, words: Mapping[str, str]) -> tuple[Text, ...]:
    example = command.example.format_map(words)
    return (Text(f"{prefix} {example}", code=True), Text(f"  {command.summary}"))


def _one(prefix: str, command: Command, words: Mapping[str, str]) -> Message:
    who = f" For {command.who}." if command.who else ""
    return message(
        Paragraph((Text(f"{prefix} {command.usage}", code=True),)),
        Paragraph(line(f"{command.summary}{who}")),
        Note(line(f"For example: {prefix} {command.example.format_map(words)}")),
    )
