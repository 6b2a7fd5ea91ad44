"""Files are fetched whole or refused in a sentence, and copies of ours are put once."""

import asyncio
import dataclasses
from datetime import UTC, datetime

import pytest

from bot.slack import files as slack_files
from bot.slack.channel_ids import ChannelIds
from bot.slack.files import SlackFiles
from coordination.channel_records import ChannelKept, Channels
from coordination.messages.parts import Message
from coordination.ports import DeliveryError, FileUnavailable, Target
from sandbox.faults import Fault
from tests.bot.slack.harness import ANA, BOT, CHANNEL, EVA, Harness

PDF = b"%PDF-1.7 " + bytes(range(256)) * 400


def handed_in(face: Harness, user=ANA, name="Handbook.pdf", content=PDF):
    """A file that a person gave to the app in a form."""
    file = face.slack.people.upload(user, name, content)
    file.to_app = True
    return file


async def thread(face: Harness) -> Target:
    """The thread of a message of ours."""
    ref = await face.messenger.post(Target(channel=CHANNEL), Message("Circulated"), ["k"])
    return Target(channel=CHANNEL, thread_ts=ref.ts)


def copies(face: Harness) -> list[str]:
    """The names of the files of ours that stand in the channel."""
    messages = face.slack.workspace.channels[CHANNEL].messages.values()
    return [face.slack.files.get(f).name for m in messages if m.user == BOT for f in m.files]


@pytest.mark.parametrize("user", [ANA, EVA])
async def test_a_file_comes_as_it_was_handed_in(offline, user):
    found = await offline.files.fetch(handed_in(offline, user).id)
    assert (found.name, found.media_type, found.content) == ("Handbook.pdf", "application/pdf", PDF)


async def test_a_page_can_be_a_document(offline):
    file = handed_in(offline, name="text.html", content=b"<p>Draft</p>")
    assert (await offline.files.fetch(file.id)).content == b"<p>Draft</p>"


async def test_a_file_that_is_too_large_is_refused_before_it_is_fetched(offline):
    file = handed_in(offline)
    file.size = slack_files.MOST_BYTES + 1
    with pytest.raises(FileUnavailable, match="larger than 10 MB"):
        await offline.files.fetch(file.id)


async def test_a_file_that_is_larger_than_slack_says_is_not_read_to_its_end(offline):
    file = handed_in(offline, content=b"x" * (slack_files.MOST_BYTES + 70_000))
    file.size = 10
    with pytest.raises(FileUnavailable, match="larger than 10 MB"):
        await offline.files.fetch(file.id)


async def test_a_file_that_does_not_come_whole_is_refused(offline):
    file = handed_in(offline)
    file.content = PDF[:-1]
    with pytest.raises(FileUnavailable, match="did not come whole"):
        await offline.files.fetch(file.id)


async def test_a_file_that_is_gone_is_refused(offline):
    file = handed_in(offline)
    offline.slack.people.delete_file(ANA, file.id)
    for id in (file.id, "F0NONE"):
        with pytest.raises(FileUnavailable, match="is gone"):
            await offline.files.fetch(id)


async def test_the_page_to_sign_in_is_no_document(offline):
    file = handed_in(offline)
    info = offline.slack.files.json(file)
    offline.slack.spec = dataclasses.replace(offline.slack.spec, bot_token="xoxb-another")
    with pytest.raises(FileUnavailable, match="does not give me that file"):
        await offline.files._download(info["url_private"], info["mimetype"])


async def test_the_token_goes_to_slack_alone(offline):
    may_ask = offline.files._may_ask
    assert may_ask("https://files.slack.com/files-pri/T1-F1/download/a.pdf")
    assert may_ask(offline.slack.base_url + "/files-pri/T1-F1/a.pdf")
    for elsewhere in (
        "https://files.slack.com.example.org/a.pdf",
        "https://example.org/files.slack.com",
        "http://files.slack.com/a.pdf",
        "https://notslack.com/a.pdf",
        "file:///etc/passwd",
        "",
    ):
        assert not may_ask(elsewhere), elsewhere


@pytest.mark.parametrize(("fault", "times"), [(Fault("500"), 1), (Fault("drop"), 2)])
async def test_a_download_that_fails_is_told_and_can_be_tried_again(offline, fault, times):
    file = handed_in(offline)
    # aiohttp asks once more where a connection that was kept open turns out to be closed.
    offline.slack.faults.plan("files.download", fault, times)
    with pytest.raises(FileUnavailable, match="Slack does not give me that file"):
        await offline.files.fetch(file.id)
    assert (await offline.files.fetch(file.id)).content == PDF


async def test_what_comes_too_late_for_the_form_is_there_when_it_is_sent_again(offline):
    file = handed_in(offline)
    offline.slack.faults.plan("files.download", Fault("slow", seconds=1.6))
    with pytest.raises(FileUnavailable, match="again in a few seconds"):
        await offline.files.fetch(file.id)
    assert (await offline.files.fetch(file.id)).content == PDF
    asked = [c for c in offline.slack.calls if c.method == "files.info"]
    assert len(asked) == 1


async def test_only_a_few_files_are_kept_in_memory(offline):
    for _ in range(slack_files.MOST_KEPT + 3):
        await offline.files.fetch(handed_in(offline).id)
    assert len(offline.files._coming) == slack_files.MOST_KEPT


async def test_a_copy_is_put_into_the_thread_once(offline):
    where = await thread(offline)
    first = await offline.files.place(where, "Handbook, version 2.pdf", PDF)
    again = await offline.files.place(where, "Handbook, version 2.pdf", PDF)
    assert first == again and first.startswith("http")
    assert copies(offline) == ["Handbook, version 2.pdf"]
    message = next(m for m in offline.slack.people.visible(EVA, CHANNEL) if m.files)
    assert message.thread_ts == where.thread_ts
    assert offline.slack.files.get(message.files[0]).content == PDF
    other = await offline.files.place(where, "Handbook, version 2.pdf", PDF + b"x")
    assert other != first


async def test_a_copy_goes_to_a_channels_new_id(offline):
    ids = ChannelIds()
    moved = Channels([ChannelKept(CHANNEL, "C0OLD", datetime(2026, 1, 1, tzinfo=UTC))])
    ids.follow(lambda: moved)
    files, old = SlackFiles(offline.workspace, ids), Target(channel="C0OLD")
    address = await files.place(old, "Record.pdf", PDF)
    assert await offline.files.place(Target(channel=CHANNEL), "Record.pdf", PDF) == address


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("files.getUploadURLExternal", Fault("500")),
        ("files.upload", Fault("500")),
        ("files.upload", Fault("drop")),
        ("files.completeUploadExternal", Fault("500")),
        ("files.completeUploadExternal", Fault("drop", before=False)),
        ("files.completeUploadExternal", Fault("429")),
    ],
)
async def test_a_copy_interrupted_at_any_step_stands_once_in_the_end(offline, method, fault):
    where = await thread(offline)
    offline.slack.faults.plan(method, fault)
    with pytest.raises(DeliveryError) as caught:
        await offline.files.place(where, "Record.pdf", PDF)
    assert not caught.value.permanent
    await offline.files.place(where, "Record.pdf", PDF)
    assert copies(offline) == ["Record.pdf"]


@pytest.mark.parametrize("person", [False, True], ids=["thread", "person"])
@pytest.mark.parametrize("named", [None, 0, 1, 2], ids=["none", "first", "second", "unknown"])
async def test_of_copies_that_stand_more_than_once_the_one_named_is_left(offline, person, named):
    where = Target(user=ANA) if person else await thread(offline)
    channel = await offline.files._channel(where)
    addresses = [await offline.files.place(where, "other.pdf", PDF)]  # ours, and no such copy
    addresses += [
        await offline.files._upload(channel, where.thread_ts, "Draft.pdf", PDF) for _ in range(2)
    ]
    address = [*addresses[1:], "https://example.org/no-copy"][named] if named is not None else None
    await offline.files.leave_one(where, "Draft.pdf", len(PDF), address)
    left = await offline.files._copies(channel, where.thread_ts, "Draft.pdf", None)
    assert [c.address for c in left] == [addresses[2 if named == 1 else 1]]
    assert await offline.files.place(where, "other.pdf", PDF) == addresses[0]
    await offline.files.leave_one(where, "Draft.pdf", None, None)
    assert len(await offline.files._copies(channel, where.thread_ts, "Draft.pdf", None)) == 1


async def test_a_copy_can_be_given_to_a_person(offline):
    await offline.files.place(Target(user=ANA), "Comments.docx", b"PK")
    direct = offline.slack.workspace.direct(ANA).id
    assert [len(m.files) for m in offline.seen(ANA, direct)] == [1]


async def test_a_workspace_that_takes_no_files_says_so_for_good(offline):
    where = await thread(offline)
    offline.slack.faults.uploads_blocked = True
    with pytest.raises(DeliveryError) as caught:
        await offline.files.place(where, "Record.pdf", PDF)
    assert caught.value.permanent
    with pytest.raises(DeliveryError):
        await offline.files.place(where, "Empty.pdf", b"")


async def test_a_name_from_a_document_leads_nowhere(offline):
    await offline.files.place(await thread(offline), "../../etc/\u202epasswd\n", PDF)
    (name,) = copies(offline)
    assert "/" not in name and "\n" not in name and not name.startswith(".")


async def test_a_download_under_way_ends_with_its_workspace(offline):
    file = handed_in(offline)
    offline.slack.faults.plan("files.download", Fault("slow", seconds=1.4))
    with pytest.raises(FileUnavailable):
        await offline.files.fetch(file.id)
    await offline.workspace.close()
    await asyncio.wait(offline.files._coming.values())
