"""What holds of the journal whatever was done at a desk: it proves, and it names nobody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from coordination.chain import ChainCheck
from storage.archive import journal_pages

if TYPE_CHECKING:
    from tests.coordination.desk import Desk


async def require_proof(desk: Desk, url: str, *, all_acts: bool = False) -> None:
    """Every chain fits, every act it names is kept, and no row holds a name of a person.

    `all_acts`: every act is named as well, which does not hold where a test put one in by hand.
    """
    check, state = ChainCheck(), await desk.storage.load_state()
    people = {p.user: p.name for p in state.people}
    people |= {p.user: p.name for p in desk.directory.profiles.values()}
    names = {name for user, name in people.items() if name and name != user}
    async for page in journal_pages(url):
        for line in page:
            assert check.look_at(line) is None, line
            row = json.dumps([line.entry.actor, dict(line.entry.detail)], ensure_ascii=False)
            assert not [name for name in names if name in row], row
    assert check.not_there(state.acts) is None
    assert not all_acts or check.not_named(state.acts) is None
