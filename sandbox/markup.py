"""What people type, as Slack's clients send it: mentions, channels and addresses marked up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_CODE = r"(?P<code>```.+?```|`[^`\n]+`)"
_PIECES = (
    r"(?P<url>https?://\w[^\s<>|`\"]*)",
    r"(?P<mail>(?<![\w.+@/-])[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+(?![\w-]))",
    r"(?P<domain>(?<![\w.@/-])(?:[a-z0-9-]+\.)+(?:org|com|net|int|edu|gov|info|eu|ch|io)"
    r"(?![\w-]|\.\w)(?:/[^\s<>|`\"]*)?)",
    r"(?<![\w@])@(?P<user>[\w.-]*\w)",
    r"(?<![\w&#])#(?P<channel>[\w-]*\w)",
)
_IN_COMMANDS = re.compile("|".join(_PIECES), re.IGNORECASE)
_IN_MESSAGES = re.compile("|".join((_CODE, *_PIECES)), re.IGNORECASE | re.DOTALL)
_STOPS = ".,;:!?'*_~])}"
_BROADCASTS = ("channel", "here", "everyone")


@dataclass(frozen=True)
class Names:
    """What can be named: user ids by handle, channel ids by name; both in lower case."""

    users: Mapping[str, str]
    channels: Mapping[str, str]


def escaped(text: str) -> str:
    """`&`, `<` and `>` as the entities Slack wants."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """What was typed, of what a client escaped."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def as_message(typed: str, names: Names) -> str:
    """The text of a message: `<@U1>`, `<#C1|>`, `<https://…>`; nothing is marked inside code."""
    return "".join(_marked(typed, names, command=False))


def as_command(typed: str, names: Names) -> str:
    """The text of a command with `should_escape`: `<@U1|ana>`, `<#C1|gmg>`, `<https://…>`."""
    return "".join(_marked(typed, names, command=True))


def _marked(typed: str, names: Names, *, command: bool) -> Iterator[str]:
    pattern = _IN_COMMANDS if command else _IN_MESSAGES
    at = 0
    while found := pattern.search(typed, at):
        yield escaped(typed[at : found.start()])
        kind, piece = str(found.lastgroup), found[0]
        if kind in ("url", "mail", "domain"):
            piece = _without_end(piece)
        yield _piece(kind, piece, names, command)
        at = found.start() + len(piece)
    yield escaped(typed[at:])


def _piece(kind: str, piece: str, names: Names, command: bool) -> str:
    match kind:
        case "url":
            return f"<{escaped(piece)}>"
        case "mail":
            return f"<mailto:{escaped(piece)}|{escaped(piece)}>"
        case "domain":
            return f"<http://{escaped(piece)}|{escaped(piece)}>"
        case "user" | "channel":
            return _named(piece, names, command)
        case _:
            return escaped(piece)


def _named(piece: str, names: Names, command: bool) -> str:
    sign, name = piece[0], piece[1:].lower()
    if sign == "@" and name in _BROADCASTS:
        return f"<!{name}>"
    id = (names.users if sign == "@" else names.channels).get(name)
    if id is None:
        return escaped(piece)
    if command:
        return f"<{sign}{id}|{name}>"
    return f"<@{id}>" if sign == "@" else f"<#{id}|>"


def _without_end(address: str) -> str:
    """The address without the stops behind it; a bracket that was opened inside stays."""
    while address[-1] in _STOPS:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address
