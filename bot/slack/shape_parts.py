"""The parts that the shapes of Slack's requests are made of (bot/slack/shapes.py)."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    InstanceOf,
    StringConstraints,
    model_validator,
)


def _a_day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _a_time(text: str) -> str:
    time.fromisoformat(text)
    return text


Text = InstanceOf[str]
"""What people wrote: any characters; they are cleaned where they are read."""

Word = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$", max_length=10_000)]
"""What only programs write: a name, an address, a value of ours that comes back."""

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{0,64}$")]
Stamp = Annotated[str, StringConstraints(pattern=r"^([0-9]{1,10}(\.[0-9]{1,9})?)?$")]
"""Seconds since 1970; ten digits reach the year 2286."""

Day = Annotated[str, AfterValidator(_a_day)]
TimeOfDay = Annotated[str, AfterValidator(_a_time)]


class Shape(BaseModel):
    """Types are as they stand in JSON; nothing is converted."""

    model_config = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)


class Named(Shape):
    """A person, workspace or channel; of a workspace also what it belongs to."""

    id: Id | None = None


class Somebody(Named):
    """Who acted."""

    id: Annotated[Id, Field(min_length=1)]


Reference = Id | Named | None
"""A person, workspace or channel, by id or described."""


class Inner(Shape):
    """A message or place that something is about, as far as Bolt looks into it."""

    type: Word | None = None
    user: Reference = None
    channel: Reference = None
    ts: Stamp | None = None
    thread_ts: Stamp | None = None


class Element(Shape):
    """What is filled in or pressed in a block."""

    type: Word
    action_id: Word


class Block(Shape):
    """A block of a view."""

    type: Word
    block_id: Word | None = None
    element: Element | None = None

    @model_validator(mode="after")
    def _fields_are_whole(self) -> Block:
        if self.type == "input" and (self.element is None or self.block_id is None):
            raise ValueError("a field without an element or an id")
        return self


class Chosen(Shape):
    """An option that was chosen."""

    value: Word


class Handed(Shape):
    """A file, in a message or a field."""

    id: Id | None = None
    name: Text | None = None
    mode: Word | None = None


class HandedIn(Handed):
    """A file in a field."""

    id: Id


class State(Shape):
    """What was entered in one field."""

    value: Text | None = None
    selected_option: Chosen | None = None
    selected_options: list[Chosen] | None = None
    selected_date: Day | None = None
    selected_time: TimeOfDay | None = None
    selected_user: Id | None = None
    files: list[HandedIn] | None = None


class Entered(Shape):
    """What was entered, by block and element."""

    values: dict[str, dict[str, State]] | None = None


class Title(Shape):
    """The title of a window."""

    text: Text | None = None


class View(Shape):
    """A form, a window or a Home."""

    id: Id
    type: Word
    hash: Word | None = None
    callback_id: Word = ""
    private_metadata: Text | None = None
    app_installed_team_id: Id | None = None
    title: Title | None = None
    blocks: list[Block] | None = None
    state: Entered | None = None


class Pressed(Shape):
    """One press."""

    type: Word | None = None
    action_id: Word | None = None
    block_id: Word | None = None
    value: Word | None = None
    action_ts: Stamp | None = None
    selected_date: Day | None = None
