"""The document of a circulation: a link, or a file that is kept as it was handed in."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from coordination.clearance_records import Document
from coordination.messages.parts import Line, Link, line
from coordination.ports import Fetched, FileUnavailable
from coordination.records import Circulation
from coordination.services import Services

SHOWN = 12
"""Characters of a SHA-256 that people are shown."""

MOST_NAME = 120


async def fetched_document(services: Services, id: str, user: str, at: datetime) -> Document:
    """The file that a person handed in, ready to be kept; raises FileUnavailable."""
    fetched = await services.files.fetch(id)
    if not fetched.content:
        raise FileUnavailable("That file is empty. Please choose it again, or give a link.")
    digest = sha256(fetched.content).hexdigest()
    return Document(digest, _name(fetched), fetched.media_type, fetched.content, user, at)


def digest_shown(circulation: Circulation) -> str:
    """The first characters of the SHA-256 of its file, "" where it has none."""
    return (circulation.document or "")[:SHOWN]


def document_line(circulation: Circulation, label: str = "the document") -> Line:
    """The document as it stands in a sentence: a link, or a kept file by its name and digest."""
    name = circulation.document_name or label
    if circulation.document is None:
        return (Link(circulation.link, name),)
    digest = f" (SHA-256 {digest_shown(circulation)}…)"
    if circulation.link:
        return (Link(circulation.link, name), *line(digest))
    return line(f"{name}{digest}, a copy of which follows")


def _name(fetched: Fetched) -> str:
    """A name that can be shown and stored anywhere: the last part of a path, on one line."""
    last = fetched.name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(c for c in last if c.isprintable()).strip(" .")
    return clean[-MOST_NAME:] or "document"
