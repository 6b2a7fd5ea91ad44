"""Forms in Slack: where one cannot be opened at once, a button opens it."""

from __future__ import annotations

from coordination.actions import Action
from coordination.messages.forms import Form
from coordination.messages.parts import Button, Buttons, Paragraph, line, message
from coordination.services import Reply

MOST_VALUE = 1_900


def opener(form: Form, words: str) -> Reply:
    """A message whose button asks the same again; a press can open the form, words cannot."""
    button = Button(Action.ASK, "Open the form", words[:MOST_VALUE], "primary")
    asked = Paragraph(line(f"{form.title}: this takes a form."))
    return Reply(message(asked, Buttons((button,))))
