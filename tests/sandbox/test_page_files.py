"""Files on the page: attached to a message, downloaded, deleted, refused."""

import pytest
from playwright.async_api import FilePayload, expect

from tests.sandbox.stage import Stage, messages

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

DRAFT: FilePayload = {"name": "draft.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
NOTES: FilePayload = {
    "name": "notes.html",
    "mimeType": "text/html",
    "buffer": b"<script>1</script>",
}


async def test_files_go_with_a_message_and_others_download_them(stage: Stage) -> None:
    page = await stage.open("?user=UJUL")
    composer = page.get_by_test_id("composer")
    await page.get_by_label("Attach files").first.set_input_files([DRAFT, NOTES])
    await expect(page.get_by_test_id("composer-files")).to_contain_text("draft.pdf (8 B)")
    await expect(composer).to_be_focused()
    await composer.fill("Our draft")
    await composer.press("Enter")
    await expect(messages(page).get_by_test_id("file")).to_have_count(2)
    await expect(page.get_by_test_id("composer-files")).to_be_hidden()
    other = await stage.open("?user=USEC")
    async with other.expect_download() as found:
        await other.get_by_role("link", name="notes.html").click()
    download = await found.value
    assert download.suggested_filename == "notes.html"
    assert (await download.path()).read_bytes() == b"<script>1</script>"


async def test_a_file_alone_is_a_message_and_can_be_left_out_again(stage: Stage) -> None:
    page = await stage.open("?user=UJUL")
    await page.get_by_label("Attach files").first.set_input_files([DRAFT, NOTES])
    await page.get_by_role("button", name="Remove notes.html").click()
    await page.get_by_test_id("composer").press("Enter")
    await expect(messages(page).get_by_test_id("file")).to_have_count(1)


async def test_one_deletes_ones_own_file_and_nobody_elses(stage: Stage) -> None:
    file = stage.server.people.upload("UJUL", "draft.pdf", b"x")
    stage.server.people.say("UJUL", "C1", "Draft", files=[file.id])
    page, other = await stage.open("?user=UJUL"), await stage.open("?user=USEC")
    await expect(other.get_by_role("link", name="draft.pdf")).to_be_visible()
    await expect(other.get_by_role("button", name="Delete draft.pdf")).to_have_count(0)
    await page.get_by_role("button", name="Delete draft.pdf").click()
    await expect(other.get_by_test_id("file")).to_have_text("This file was deleted.")


async def test_where_uploads_are_blocked_it_is_said_and_what_was_written_stays(
    stage: Stage,
) -> None:
    stage.server.faults.uploads_blocked = True
    page = await stage.open("?user=UJUL")
    await page.get_by_label("Attach files").first.set_input_files([DRAFT])
    await page.get_by_test_id("composer").fill("Our draft")
    await page.get_by_test_id("composer").press("Enter")
    await expect(page.get_by_test_id("toast")).to_contain_text("turned off")
    await expect(page.get_by_test_id("composer")).to_have_value("Our draft")
    await expect(page.get_by_test_id("composer-files")).to_contain_text("draft.pdf")


async def test_nobody_downloads_what_they_do_not_see(stage: Stage) -> None:
    file = stage.server.people.upload("UJUL", "draft.pdf", b"x")
    stage.server.people.say("UJUL", "C2", "Draft", files=[file.id])
    page = await stage.open("?user=UEXT")
    for user, status in (("UEXT", 404), ("USEC", 200)):
        answer = await page.request.get(
            f"{stage.server.base_url}/sandbox/file/{file.id}?user={user}"
        )
        assert answer.status == status
        assert status == 404 or answer.headers["content-disposition"].startswith("attachment")
