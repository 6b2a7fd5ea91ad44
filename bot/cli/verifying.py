"""Whether the journal's chains fit, and all they name: asked of the database, and of a copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coordination.chain import ChainCheck, Misfit


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether all fits, and the sentence that says so or names the first that does not."""

    fits: bool
    said: str


async def verify(url: str) -> Verified:
    """Recompute all chains of the database of a URL; raises DatabaseProblem when it cannot be read.

    Nothing is locked or written.
    """
    from coordination.messages.wording import count

    check, misfit, file = await _looked_through(url)
    if misfit is not None:
        what = f"Entry {misfit.id} of {misfit.subject}" if misfit.id else misfit.subject
        return Verified(False, f"{what} does not fit: {misfit.differs}.")
    if file is not None:
        said = f"The kept file {file} does not fit: its content gives another SHA-256."
        return Verified(False, said)
    return Verified(
        True,
        f"All fits: {count(check.lines, 'entry', 'entries')}, {check.chained} of them in "
        f"{count(len(check.heads), 'chain')} naming {count(len(check.named), 'act')}.",
    )


async def _looked_through(url: str) -> tuple[ChainCheck, Misfit | None, str | None]:
    """All chains, then the acts and the evidence their entries name, the circulations, and the kept
    files; up to what does not fit.

    Acts and evidence are read before the journal and again after it, so that what a running bot
    writes meanwhile is missing on neither side; a circulation that it changes meanwhile is left
    out.
    """
    from coordination.chain import ChainCheck
    from coordination.evidenced import EvidenceCheck
    from coordination.journalled import JournalledCheck
    from storage.archive import document_digests, journal_pages, read_evidence
    from storage.reader import read_state

    check, told, shown = ChainCheck(), JournalledCheck(), EvidenceCheck()
    before, evidence = await read_state(url), await read_evidence(url)
    async for page in journal_pages(url):
        for line in page:
            misfit = check.look_at(line)
            if misfit is not None:
                return check, misfit, None
            told.look_at(line)
            shown.look_at(line)
    after = await read_state(url)
    misfit = check.not_named(before.acts) or check.not_there(after.acts)
    misfit = misfit or told.misfit(c for c in after.circulations if c in before.circulations)
    misfit = misfit or shown.not_named(evidence)
    if misfit is not None:
        return check, misfit, None
    evidence, documents = await read_evidence(url), set[str]()
    async for kept, now in document_digests(url):
        if kept != now:
            return check, None, kept
        documents.add(kept)
    return check, shown.misfit(evidence, documents), None
