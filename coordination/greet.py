"""The greeting when the bot is added to a channel."""

from __future__ import annotations

from coordination.messages.parts import Bullets, Heading, Message, Note, Paragraph, line, message
from coordination.messages.parts import Text as T
from coordination.services import Services


def greeting(services: Services) -> Message:
    """What the bot is, how to ask it, one example each way."""
    header = services.snapshot.plan.plan
    command, name = services.command, services.bot_name
    return message(
        Heading(f"I keep an eye on the {header.name}"[:150]),
        Paragraph(
            line(
                "I know what is due, who owns it and who has cleared what. I remind before "
                "meetings and dates, and stay quiet otherwise."
            )
        ),
        Bullets(
            (
                line(T(f"{command} next", code=True), " tells what comes next."),
                line(
                    T(f"@{name} next", code=True),
                    " does the same, also in threads and for people of other workspaces.",
                ),
                line(T(f"{command} help", code=True), " lists all I can do."),
            )
        ),
        Note(line(f"Represent an agency? {command} join AGENCY asks the Chair to name you.")),
    )
