"""The shapes of Slack's requests, as far as Bolt and our listeners read them.

What Slack adds is let through: a shape holds only what a reader would stumble over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, model_validator

from bot.slack.event_shapes import event_shape
from bot.slack.shape_parts import (
    Handed,
    Id,
    Inner,
    Named,
    Pressed,
    Reference,
    Shape,
    Somebody,
    Stamp,
    Text,
    View,
    Word,
)


class Authorization(Shape):
    """For whose installation of the app an event is told."""

    team: Reference = None
    team_id: Id | None = None
    enterprise: Reference = None
    enterprise_id: Id | None = None


class Request(Shape):
    """Whatever comes: what is read of every request."""

    type: Word | None = None
    command: Word = ""
    callback_id: Word = ""
    action_id: Word = ""
    api_app_id: Word | None = None
    user: Reference = None
    user_id: Id | None = None
    team: Reference = None
    team_id: Id | None = None
    enterprise: Reference = None
    channel: Reference = None
    channel_id: Id | None = None
    item: Inner | None = None
    assistant_thread: Inner | None = None
    authorizations: list[Authorization] | None = None
    event: dict[str, Any] = Field(default_factory=dict)
    view: View | None = None
    actions: Annotated[list[Pressed], Field(min_length=1)] | None = None
    trigger_id: Word | None = None
    response_url: Word | None = None
    response_urls: list[dict[str, Any]] = Field(default_factory=list)

    @model_validator(mode="after")
    def _event_has_its_shape(self) -> Request:
        # Bolt looks into it whatever the request says that it is.
        if self.event:
            event_shape(self.event).model_validate(self.event)
        return self


class Other(Request):
    """What none of our listeners reads; Bolt says in the log what it was."""

    @model_validator(mode="after")
    def _a_view_is_one(self) -> Other:
        if "view" in self.model_fields_set and self.view is None:
            raise ValueError("a view that is none")
        return self


class Command(Request):
    """A slash command."""

    user_id: Annotated[Id, Field(min_length=1)]
    text: Text | None = None


class CommandAlone(Command, Other):
    """A slash command that claims to be nothing else as well, as Slack's are."""


class Container(Shape):
    """Where a press was made."""

    channel_id: Id | None = None
    message_ts: Stamp | None = None
    thread_ts: Stamp | None = None


class Unfurled(Shape):
    """What Slack shows below a message of a link in it."""

    from_url: Text | None = None
    title_link: Text | None = None


class Written(Inner):
    """A message, as far as it is read when somebody acts on it."""

    text: Text | None = None
    attachments: list[Unfurled] | None = None
    files: list[Handed] | None = None


class Interaction(Request):
    """What somebody did with the app's own elements."""

    user: Somebody
    channel: Named | None = None
    container: Container | None = None
    message: Written | None = None
    message_ts: Stamp | None = None
    action_ts: Stamp | None = None


class Presses(Interaction):
    """`block_actions`."""

    actions: Annotated[list[Pressed], Field(min_length=1)]

    @model_validator(mode="after")
    def _presses_are_named(self) -> Presses:
        if any(pressed.action_id is None for pressed in self.actions):
            raise ValueError("a press of something without an id")
        return self


class Submission(Interaction):
    """`view_submission` and `view_closed`."""

    view: View


class Told(Request):
    """`event_callback`."""

    event_id: Word | None = None
    event_time: Annotated[int, Field(ge=0, lt=10**10)] | None = None


_KINDS: Mapping[str, type[Request]] = {
    "event_callback": Told,
    "block_actions": Presses,
    "view_submission": Submission,
    "view_closed": Submission,
    "message_action": Interaction,
    "shortcut": Interaction,
}


def shapes_of(body: Mapping[str, Any]) -> tuple[type[Request], ...]:
    """The shapes that a request must have; Bolt takes for a command whatever names one."""
    kind = body.get("type")
    if kind is None and "command" in body:
        return (CommandAlone,)
    shape = _KINDS.get(kind, Other) if isinstance(kind, str) else Other
    return (shape, Command) if "command" in body else (shape,)
