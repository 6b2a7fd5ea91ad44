"""What holds of the journal whatever was done: it proves the acts, and it names nobody."""

from __future__ import annotations

import json
from collections.abc import Iterable

from coordination.chain import ChainCheck
from storage.archive import journal_pages
from storage.reader import read_state


async def require_proof(url: str, names: Iterable[str], *, all_acts: bool = False) -> ChainCheck:
    """Every chain fits, every act it names is kept, and no row holds a name of a person.

    `all_acts`: every act is named as well, which does not hold where a test put one in by hand.
    """
    check, state = ChainCheck(), await read_state(url)
    known = {*names, *(p.name for p in state.people)} - {"", *(p.user for p in state.people)}
    async for page in journal_pages(url):
        for line in page:
            assert check.look_at(line) is None, line
            row = json.dumps([line.entry.actor, dict(line.entry.detail)], ensure_ascii=False)
            assert not [name for name in known if name in row], row
    assert check.not_there(state.acts) is None
    assert not all_acts or check.not_named(state.acts) is None
    return check
