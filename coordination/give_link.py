"""Where a workspace takes no files: the secretariat gives a link to the file that is kept."""

from __future__ import annotations

from coordination.documents import digest_shown
from coordination.links import LONGEST_LINK, checked_link
from coordination.messages.forms import Answers, Form, FormName, Incomplete, TextField
from coordination.messages.parts import Message, Paragraph, bold, line
from coordination.placing import link_document
from coordination.records import Circulation
from coordination.rights import require_chair
from coordination.services import Asker, Refused, Reply, Services
from coordination.take_back import known_circulation
from coordination.write import Repeated, writing

LINKED_ALREADY = "That document has a link already. A changed one is circulated as a new version."


async def give_link_pressed(services: Services, asker: Asker, value: str) -> Form:
    """The button of the request for a link; `value` is the circulation's id."""
    circulation = await _without_link(services, asker, value)
    name = circulation.document_name or "the document"
    about = line(
        bold(name),
        f" of “{circulation.title}”, version {circulation.version}: the same file, whose SHA-256 "
        f"begins with {digest_shown(circulation)}.",
    )
    link = TextField("link", "Link to the document", most=LONGEST_LINK)
    return Form(FormName.LINK, "A link", "Give it", (Paragraph(about), link), value)


async def link_given(services: Services, asker: Asker, about: str, answers: Answers) -> Reply:
    """The form with the link; raises Incomplete for what is none."""
    circulation = await _without_link(services, asker, about)
    try:
        link = checked_link(answers.text("link"))
    except Refused as no:
        raise Incomplete({"link": no.sentence}) from None
    try:
        async with writing(services, asker) as uow:
            if not await link_document(services, uow, circulation.id, asker.user, link):
                raise Refused(LINKED_ALREADY)
    except Repeated:
        pass
    words = f"Noted: “{circulation.title}”, version {circulation.version}, leads to that link now."
    return Reply(Message(words))


async def _without_link(services: Services, asker: Asker, value: str) -> Circulation:
    snapshot = await services.snapshots.refresh()
    require_chair(snapshot, services.secretariat, asker.user, snapshot.day(asker.at))
    circulation = known_circulation(snapshot, value)
    if circulation.document is None or circulation.link:
        raise Refused(LINKED_ALREADY)
    return circulation
