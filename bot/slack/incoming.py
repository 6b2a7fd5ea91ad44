"""What people write, as the use cases read it: Slack's mark-up taken off, mentions kept."""

from __future__ import annotations

import html
import re
from functools import lru_cache

_ENTITY = re.compile(r"<([^<>]*)>")
_USER = re.compile(r"@([UW][A-Z0-9]+)(?:\|[^|]*)?")
_LABELLED = re.compile(r"([^|]*)(?:\|(.*))?", re.DOTALL)
_QUOTES = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "‘": "'",
        "’": "'",
        "‚": "'",
    }
)
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ufffe\uffff]"
)

_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def entered(text: str) -> str:
    """What somebody wrote into a field, without the characters that databases and documents refuse.

    Lines stay, and so do the marks that some scripts need.
    """
    return _REFUSED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def plain_words(text: str, bot_user: str = "") -> str:
    """The words of a message or command on one line.

    The bot's own mention is left out, with what stands before it unless nothing follows it;
    `<@U1|name>` becomes `<@U1>`, a link its address, a channel its name; entities, quotation
    marks and kinds of spaces become the plain ones, unseen characters go.
    """
    return (_read_before if len(text) <= _SHORT else _plain_words)(text, bot_user)


def _plain_words(text: str, bot_user: str) -> str:
    if bot_user:
        before, *after = re.split(rf"<@{re.escape(bot_user)}(?:\|[^<>]*)?>", text)
        asked = " ".join(part.strip() for part in after).strip()
        text = asked or before
    out: list[str] = []
    end = 0
    for found in _ENTITY.finditer(text):
        out += [html.unescape(text[end : found.start()]), _read(found[1])]
        end = found.end()
    out.append(html.unescape(text[end:]))
    words = _UNSEEN.sub("", "".join(out).translate(_QUOTES))
    return " ".join(words.split())


_SHORT = 80
"""Characters of what is asked again and again."""

_read_before = lru_cache(maxsize=500)(_plain_words)


def _read(inside: str) -> str:
    """What stands between `<` and `>`: a mention, a channel, a link, a date, a broadcast."""
    user = _USER.fullmatch(inside)
    if user is not None:
        return f"<@{user[1]}>"
    address, label = _LABELLED.fullmatch(inside).groups(default="")  # type: ignore[union-attr]
    if address.startswith("#"):
        return "#" + html.unescape(label or address[1:])
    if address.startswith("!"):
        return html.unescape(label) or "@" + address[1:].partition("^")[0]
    return html.unescape(address)
