"""Links to documents: what is one, and what is said of what is none."""

from __future__ import annotations

from urllib.parse import urlsplit

from coordination.services import Refused

LONGEST_LINK = 1500
"""Characters; a button's value has to hold it."""


def checked_link(link: str) -> str:
    """The address of a document as somebody gave it; raises Refused with one sentence."""
    link = link.strip().strip("<>").partition("|")[0]
    if not link:
        raise Refused("Which document? Add its link: circulate ITEM https://…")
    if not _is_web(link):
        shown = link if len(link) <= 80 else link[:80] + "…"
        raise Refused(f"“{shown}” is not a link to a document; it begins with https://.")
    if len(link) > LONGEST_LINK:
        raise Refused(f"That link has over {LONGEST_LINK} characters; please use a shorter one.")
    return link


def _is_web(link: str) -> bool:
    """Whether it is the address of a page, every character of which can be shown."""
    try:
        parts = urlsplit(link)
    except ValueError:  # such as a bracket that begins an address of IPv6
        return False
    whole = link.isprintable() and " " not in link
    return whole and parts.scheme in ("http", "https") and bool(parts.netloc)
