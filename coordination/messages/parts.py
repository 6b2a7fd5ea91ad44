"""The parts a message is made of, free of any platform; faces render them (bot/slack/blocks.py).

Text from people or plans goes into `Text`, `Person`, `Link` and the like as it is: escaping is the
renderer's, so nothing here may carry a platform's mark-up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Text:
    """Literal characters, optionally emphasised."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A person by user id; `name` stands where a platform or the plain text shows no link.

    `ping` notifies the person; without it only the name is shown.
    """

    user: str
    name: str
    ping: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A web address with what is shown for it."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Emoji:
    """An emoji by its canonical name; never the only carrier of a meaning."""

    name: str
    unicode: str


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant (aware); `shown` is how it reads in the plan's zone.

    Platforms may add the reader's own local time beside it.
    """

    at: datetime
    shown: str

    def __post_init__(self) -> None:
        """Refuse a naive instant."""
        if self.at.tzinfo is None:
            raise ValueError("a moment needs a time zone")


Inline = Text | Mention | Link | Emoji | Moment
Line = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A short title line (at most 150 characters survive on Slack)."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    line: Line


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, one line an item."""

    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the document or of a person, set apart."""

    line: Line


@dataclass(frozen=True, slots=True)
class Note:
    """Small print."""

    line: Line


@dataclass(frozen=True, slots=True)
class Divider:
    """A rule between two groups of parts."""


@dataclass(frozen=True, slots=True)
class Table:
    """A header row and rows of plain cells; at most one in a message."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Confirm:
    """The question asked before a press that cannot be undone takes effect."""

    title: str
    question: str
    yes: str
    no: str = "Not now"


@dataclass(frozen=True, slots=True)
class Button:
    """A button: `action` says what is to be done (coordination/actions.py), `value` to what.

    The value is a hint, never a right: who may do it is looked up when it is pressed.
    """

    action: str
    label: str
    value: str
    style: str = ""  # "", "primary" or "danger"
    confirm: Confirm | None = None


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of buttons."""

    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class PickDay:
    """A picker of a day: picking one is a press of `action`, whose value is then
    `value|YYYY-MM-DD`. `label` stands before it; `day` is shown as picked.

    Pickers know no bounds, and the value is a hint like a button's: the use case checks both.
    """

    action: str
    label: str
    value: str
    day: date | None = None


Part = Heading | Paragraph | Bullets | Quote | Note | Divider | Table | Buttons | PickDay


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: `text` plain and complete enough to stand alone, `parts` for rich faces.

    Where `parts` is empty the text is the whole message.
    """

    text: str
    parts: tuple[Part, ...] = field(default=())


def line(*inlines: Inline | str) -> Line:
    """A line of inlines; bare strings become `Text`."""
    return tuple(Text(i) if isinstance(i, str) else i for i in inlines)


def bold(text: str) -> Text:
    """Emphasised text."""
    return Text(text, bold=True)


def plain(inlines: Line) -> str:
    """The line as plain text."""
    return "".join(_plain(i) for i in inlines)


def _plain(inline: Inline) -> str:
    match inline:
        case Text(text=text):
            return text
        case Mention(name=name):
            return name
        case Link(url=url, label=label):
            return label if label == url else f"{label} ({url})"
        case Emoji(unicode=char):
            return char
        case Moment(shown=shown):
            return shown


def plain_text(parts: tuple[Part, ...]) -> str:
    """All parts as readable plain text, one part a paragraph; what is pressed is left out."""
    out: list[str] = []
    for part in parts:
        match part:
            case Heading(text=text):
                out.append(text)
            case Paragraph(line=words) | Quote(line=words) | Note(line=words):
                out.append(plain(words))
            case Bullets(items=items):
                out.extend("• " + plain(item) for item in items)
            case Table(header=header, rows=rows):
                out.append(" | ".join(header))
                out.extend(" | ".join(row) for row in rows)
            case Divider() | Buttons() | PickDay():
                pass
    return "\n".join(out)


def message(*parts: Part, text: str | None = None) -> Message:
    """A message of these parts; its plain text is made from them unless given."""
    return Message(text if text is not None else plain_text(parts), parts)
