"""The message shortcut “Circulate for clearance”: the form with that message's link or file."""

from __future__ import annotations

from collections.abc import Sequence

from coordination.circulate_form import About, choose_form
from coordination.links import LONGEST_LINK
from coordination.messages.forms import FileRef, Form
from coordination.opening import require_channel
from coordination.rights import require_chair
from coordination.services import Asker, Services


async def circulate_message(
    services: Services,
    asker: Asker,
    links: Sequence[str],
    files: Sequence[FileRef],
    text: str,
) -> Form:
    """The circulate form for a message: its `links` and `files`, and its words, in which the item
    may be named.

    Several documents are offered to choose from; without any the form asks for one. Raises Refused
    for people who may not circulate, and where nothing can be circulated.
    """
    snapshot = await services.snapshots.refresh()
    require_chair(snapshot, services.secretariat, asker.user, snapshot.day(asker.at))
    require_channel(services)
    kept = tuple(dict.fromkeys(link for link in links if len(link) <= LONGEST_LINK))
    about = About(links=kept, files=tuple(dict.fromkeys(files)))
    return choose_form(services, asker, about, text)
