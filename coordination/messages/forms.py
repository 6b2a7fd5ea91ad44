"""Forms, free of any platform; faces render them and hand back what was entered.

A form that cannot be accepted as it is keeps what was entered: raise `Incomplete` with a sentence
for each field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from coordination.messages.parts import Part

MOST_TITLE = 24
"""Characters of a form's title and of its button."""

MOST_TEXT = 3_000
"""Characters of one text field."""


class FormName(StrEnum):
    """Which use case takes the form (coordination/dispatch.py)."""

    CIRCULATE = "circulate"
    LINK = "link"
    POSITION = "position"
    OBJECTION = "objection"
    CHANGE_DECLINED = "change-declined"
    RECORD_WHO = "record-who"
    RECORD = "record"
    EXTEND = "extend"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    WITHOUT = "without"
    OVERRIDE = "override"
    REPLY = "reply"
    DATE = "date"
    SETTINGS = "settings"
    AWAY = "away"
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: `value` comes back, `label` is shown (at most 75 characters), `hint` below."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TextField:
    """Words; `most` characters at the most."""

    name: str
    label: str
    value: str = ""
    multiline: bool = False
    optional: bool = False
    most: int = MOST_TEXT
    hint: str = ""
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """One of some options; `radio` shows them all at once."""

    name: str
    label: str
    options: tuple[Option, ...]
    value: str | None = None
    optional: bool = False
    hint: str = ""
    radio: bool = False


@dataclass(frozen=True, slots=True)
class ChoicesField:
    """Several of some options."""

    name: str
    label: str
    options: tuple[Option, ...]
    values: tuple[str, ...] = ()
    optional: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class DayField:
    """A day. Pickers know no bounds: the use case checks them."""

    name: str
    label: str
    value: date | None = None
    optional: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TimeField:
    """A time of day; the label says in which zone."""

    name: str
    label: str
    value: time | None = None
    optional: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class PersonField:
    """A person of the workspace; their user id comes back."""

    name: str
    label: str
    value: str | None = None
    optional: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FileField:
    """A file of at most 10 MB; its `FileRef` comes back."""

    name: str
    label: str
    optional: bool = False
    hint: str = ""


Field = TextField | ChoiceField | ChoicesField | DayField | TimeField | PersonField | FileField


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file on the platform that somebody handed in; not fetched yet."""

    id: str
    name: str


Entered = str | tuple[str, ...] | date | time | FileRef | None
"""What comes back of a field; None and "" where it was left empty."""


@dataclass(frozen=True, slots=True)
class Form:
    """What is shown: fields and parts in order. `about` (at most 2,000 characters) comes back as it
    was sent; like a button's value it is a hint, never a right."""

    name: FormName
    title: str
    submit: str
    items: tuple[Field | Part, ...]
    about: str = ""

    def __post_init__(self) -> None:
        """Refuse what no platform can show."""
        if max(len(self.title), len(self.submit)) > MOST_TITLE or len(self.about) > 2_000:
            raise ValueError(f"the form {self.name} is too long in its title, button or value")

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields alone."""
        return tuple(i for i in self.items if isinstance(i, Field))


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody entered, by the names of the fields."""

    values: Mapping[str, Entered]

    def text(self, name: str) -> str:
        """Words without the space around them, or a choice; "" where nothing was entered."""
        value = self.values.get(name)
        return value.strip() if isinstance(value, str) else ""

    def choices(self, name: str) -> tuple[str, ...]:
        """The options chosen."""
        value = self.values.get(name)
        return value if isinstance(value, tuple) else ()

    def day(self, name: str) -> date | None:
        """The day."""
        value = self.values.get(name)
        return value if isinstance(value, date) else None

    def time(self, name: str) -> time | None:
        """The time of day."""
        value = self.values.get(name)
        return value if isinstance(value, time) else None

    def file(self, name: str) -> FileRef | None:
        """The file."""
        value = self.values.get(name)
        return value if isinstance(value, FileRef) else None


class Incomplete(Exception):
    """The form cannot be taken as it is; `errors` has a sentence for each field concerned."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)
