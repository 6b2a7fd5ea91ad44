"""Files are kept as they were handed in, once for a content, and with the circulation."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.clearance_records import Document
from storage.engine import Database
from tests.storage.builders import NOW, circulation
from tests.storage.test_types import quick


def document(content: bytes = b"%PDF text", **fields: object) -> Document:
    kept = Document(sha256(content).hexdigest(), "draft.pdf", "application/pdf", content, "U1", NOW)
    return replace(kept, **fields)  # type: ignore[arg-type]


async def keep(database: Database, *kept: Document) -> None:
    async with database.unit_of_work() as work:
        for one in kept:
            await work.documents.keep(one)
        await work.commit()


@quick
@given(st.binary(max_size=2000))
async def test_a_file_comes_back_byte_by_byte(database: Database, content: bytes) -> None:
    await keep(database, document(content))
    found = await database.document(sha256(content).hexdigest())
    assert found == document(content)


async def test_ten_megabytes_are_kept(database: Database) -> None:
    large = document(bytes(range(256)) * 40_960)
    await keep(database, large)
    assert await database.document(large.sha256) == large


async def test_the_same_content_is_kept_once_under_its_first_name(database: Database) -> None:
    await keep(database, document(), document(name="copy.pdf", kept_by="U2"))
    await keep(database, document(name="later.pdf", kept_at=NOW + timedelta(days=1)))
    assert await database.document(document().sha256) == document()


async def test_an_unknown_digest_is_no_file(database: Database) -> None:
    await keep(database, document())
    for unknown in ("", "x", "0" * 64, document().sha256.upper()):
        assert await database.document(unknown) is None


async def test_a_file_and_its_circulation_are_kept_together_or_not_at_all(
    database: Database,
) -> None:
    kept = document()
    async with database.unit_of_work() as work:
        await work.documents.keep(kept)
        await work.circulations.add(circulation(document=kept.sha256, document_name=kept.name))
    assert await database.document(kept.sha256) is None
    assert (await database.load_state()).circulations == ()
    async with database.unit_of_work() as work:
        await work.documents.keep(kept)
        made = circulation(
            document=kept.sha256, document_name=kept.name, link="", note="Page 4", editorial=True
        )
        added = await work.circulations.add(made)
        following = circulation(version=2, supersedes=added.id)
        await work.circulations.add(following)
        await work.commit()
    first, second = (await database.load_state()).circulations
    assert first == added
    assert (first.document, first.document_name, first.editorial) == (
        kept.sha256,
        "draft.pdf",
        True,
    )
    assert second.supersedes == first.id


async def test_a_circulation_names_no_file_that_is_not_kept(database: Database) -> None:
    async with database.unit_of_work() as work:
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            await work.circulations.add(circulation(document="0" * 64))
    assert (await database.load_state()).circulations == ()
