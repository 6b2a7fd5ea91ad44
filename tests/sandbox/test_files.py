"""Files: from people with messages and in forms, from the app, read, deleted, refused."""

import hashlib

import aiohttp
import pytest

from sandbox.faults import Fault
from sandbox.files import LARGEST_INPUT
from sandbox.person import NotFilled, NotPossible
from sandbox.workspace import ChannelSpec, PersonSpec, WorkspaceSpec
from tests.sandbox.harness import (
    ANA,
    BEN,
    BOT,
    EVA,
    HIDDEN,
    OPEN,
    Connection,
    field,
    modal,
    refusal,
    refused,
    stand_in,
    texts,
    web_client,
    without,
)

PDF = b"%PDF-1.7 draft"


def events(slack):
    return [payload["event"] for payload in slack.deliveries.events]


def shared(slack, user=ANA, channel=OPEN, text="Draft", name="Draft 1.pdf"):
    file = slack.people.upload(user, name, PDF)
    return file, slack.people.say(user, channel, text, files=[file.id])


async def fetched(url, token="xoxb-sandbox"):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession(headers=headers) as session, session.get(url) as answer:
        return answer.status, answer.content_type, await answer.read()


class TestFromPeople:
    async def test_a_message_carries_the_whole_file(self, slack, client):
        file, message = shared(slack)
        [read] = (await client.conversations_history(channel=OPEN))["messages"]
        [said] = read["files"]
        assert said["shares"] == {
            "public": {
                OPEN: [
                    {
                        "ts": message.ts,
                        "channel_name": "gmg",
                        "team_id": "T0SANDBOX",
                        "share_user_id": ANA,
                    }
                ]
            }
        }
        known = (
            ("id", file.id),
            ("name", "Draft 1.pdf"),
            ("title", "Draft 1.pdf"),
            ("mimetype", "application/pdf"),
            ("filetype", "pdf"),
            ("size", len(PDF)),
            ("user", ANA),
            ("user_team", "T0SANDBOX"),
            ("mode", "hosted"),
            ("is_external", False),
            ("is_public", True),
            ("channels", [OPEN]),
            ("url_private", f"{slack.base_url}/files-pri/T0SANDBOX-{file.id}/draft%201.pdf"),
        )
        for name, value in known:
            assert said[name] == value
        for name in ("created", "permalink", "url_private_download"):
            assert said[name]
        assert (await client.files_info(file=file.id))["file"] == said

    @pytest.mark.parametrize(
        ("name", "kind"),
        [("a.txt", "text"), ("a.DOCX", "docx"), ("a", "binary"), ("a.jpeg", "jpg")],
    )
    async def test_the_type_is_that_of_the_name(self, slack, name, kind):
        assert slack.people.upload(ANA, name, b"x").filetype == kind

    async def test_in_direct_messages_the_app_hears_of_it_as_a_share(self, slack):
        direct = slack.workspace.direct(ANA).id
        file, _ = shared(slack, channel=direct)
        [event] = events(slack)
        assert (event["type"], event["subtype"]) == ("message", "file_share")
        assert [f["id"] for f in event["files"]] == [file.id]
        assert event["files"][0]["ims"] == [direct]

    async def test_a_mention_and_a_shortcut_carry_it(self, slack):
        file, message = shared(slack, text="@gmg circulate")
        [event] = events(slack)
        assert (event["type"], event["files"][0]["id"]) == ("app_mention", file.id)
        assert "subtype" not in event
        async with Connection(slack) as connection:
            await slack.people.shortcut(BEN, OPEN, message.ts, "circulate")
            assert connection.heard[-1].payload["message"]["files"][0]["id"] == file.id

    async def test_nobody_sends_what_another_uploaded(self, slack):
        file = slack.people.upload(ANA, "a.txt", b"x")
        with pytest.raises(NotPossible, match="not yours"):
            slack.people.say(BEN, OPEN, "x", files=[file.id])
        with pytest.raises(NotPossible, match="up to 10 files"):
            slack.people.say(ANA, OPEN, "x", files=[file.id] * 11)


class TestReading:
    async def test_the_bytes_come_with_the_bots_token(self, slack, client):
        file, _ = shared(slack)
        said = (await client.files_info(file=file.id))["file"]
        for name in ("url_private", "url_private_download"):
            assert await fetched(said[name]) == (200, "application/pdf", PDF)

    @pytest.mark.parametrize("token", [None, "xoxb-other", "xapp-sandbox"])
    async def test_without_a_good_token_it_is_the_page_to_sign_in(self, slack, client, token):
        file, _ = shared(slack)
        url = (await client.files_info(file=file.id))["file"]["url_private"]
        status, kind, body = await fetched(url, token)
        assert (status, kind) == (200, "text/html")
        assert b"Sign in" in body

    async def test_without_the_scope_neither_is_read(self):
        server = stand_in(without("files:read"))
        await server.start()
        file, _ = shared(server)
        answer = await refusal(web_client(server).files_info(file=file.id))
        assert (answer["error"], answer["needed"]) == ("missing_scope", "files:read")
        url = server.files.json(file)["url_private"]
        assert (await fetched(url))[1] == "text/html"
        await server.stop()

    async def test_what_the_app_does_not_see_it_does_not_find(self, slack, client):
        hidden, _ = shared(slack, channel=HIDDEN)
        unsent = slack.people.upload(ANA, "a.txt", b"x")
        for id in (hidden.id, unsent.id, "F1", ""):
            assert await refused(client.files_info(file=id)) == "file_not_found"
        assert (await fetched(slack.files.json(hidden)["url_private"]))[0] == 404

    async def test_a_deleted_file_is_told_and_gone(self, slack, client):
        file, _ = shared(slack)
        url = (await client.files_info(file=file.id))["file"]["url_private"]
        slack.people.delete_file(ANA, file.id)
        told = events(slack)[-1]
        assert (told["type"], told["file_id"]) == ("file_deleted", file.id)
        assert await refused(client.files_info(file=file.id)) == "file_deleted"
        assert (await fetched(url))[0] == 404
        [read] = (await client.conversations_history(channel=OPEN))["messages"]
        assert read["files"] == [{"id": file.id, "mode": "tombstone"}]
        with pytest.raises(NotPossible, match="not yours"):
            slack.people.delete_file(BEN, file.id)

    async def test_a_download_fails_on_demand(self, slack, client):
        file, _ = shared(slack)
        url = (await client.files_info(file=file.id))["file"]["url_private"]
        slack.faults.plan("files.download", Fault("500"))
        assert (await fetched(url))[0] == 500
        assert (await fetched(url))[0] == 200


class TestFromTheApp:
    async def test_the_sdk_uploads_in_three_steps_and_the_message_is_shared(self, slack, client):
        parent = await client.chat_postMessage(channel=OPEN, text="Notice")
        done = await client.files_upload_v2(
            content=PDF,
            filename="copy.pdf",
            title="Copy",
            channel=OPEN,
            thread_ts=parent["ts"],
            initial_comment="As cleared",
        )
        assert done["file"]["title"] == "Copy"
        assert done["file"]["shares"] == {}
        said = (await client.files_info(file=done["file"]["id"]))["file"]
        [share] = said["shares"]["public"][OPEN]
        replies = (await client.conversations_replies(channel=OPEN, ts=parent["ts"]))["messages"]
        assert texts(replies) == ["Notice", "As cleared"]
        assert (replies[1]["ts"], replies[1]["files"][0]["id"]) == (share["ts"], said["id"])
        assert replies[1]["user"] == BOT
        _, _, body = await fetched(said["url_private_download"])
        assert hashlib.sha256(body).digest() == hashlib.sha256(PDF).digest()

    async def test_without_a_channel_it_stays_private(self, slack, client):
        done = await client.files_upload_v2(content=b"x", filename="a.txt")
        assert (await client.files_info(file=done["file"]["id"]))["file"]["shares"] == {}
        assert slack.people.visible(ANA, OPEN) == []

    async def test_bytes_as_a_form_are_taken_too_but_once_and_whole(self, slack, client):
        given = await client.files_getUploadURLExternal(filename="a.txt", length=3)
        async with aiohttp.ClientSession() as session:
            async with session.post(given["upload_url"], data=b"four") as answer:
                assert answer.status == 400
            form = aiohttp.FormData()
            form.add_field("filename", b"abc", filename="a.txt")
            async with session.post(given["upload_url"], data=form) as answer:
                assert (answer.status, await answer.text()) == (200, "OK - 3")
            async with session.post(given["upload_url"], data=b"abc") as answer:
                assert answer.status == 400
        done = await client.files_completeUploadExternal(files=[{"id": given["file_id"]}])
        assert done["files"][0]["title"] == "a.txt"
        again = client.files_completeUploadExternal(files=[{"id": given["file_id"]}])
        assert await refused(again) == "file_not_found"

    async def test_what_is_wrong_is_named(self, slack, client):
        for name, size in (("", 3), ("a.txt", 0)):
            call = client.files_getUploadURLExternal(filename=name, length=size)
            assert await refused(call) == "missing_argument"
        given = await client.files_getUploadURLExternal(filename="a.txt", length=1)
        unsent = client.files_completeUploadExternal(files=[{"id": given["file_id"]}])
        assert await refused(unsent) == "file_not_found"
        for channel, code in (("C9", "invalid_channel"), ("C2", "not_in_channel")):
            upload = client.files_upload_v2(content=b"x", filename="a.txt", channel=channel)
            assert await refused(upload) == code

    async def test_it_needs_the_scope(self):
        server = stand_in(without("files:write"))
        await server.start()
        call = web_client(server).files_upload_v2(content=b"x", filename="a.txt")
        assert (await refusal(call))["needed"] == "files:write"
        await server.stop()

    async def test_it_deletes_its_own_and_no_other(self, slack, client):
        done = await client.files_upload_v2(content=b"x", filename="a.txt", channel=OPEN)
        assert (await client.files_delete(file=done["file"]["id"]))["ok"]
        file, _ = shared(slack)
        assert await refused(client.files_delete(file=file.id)) == "cant_delete_file"


class TestWhereUploadsAreBlocked:
    async def test_neither_people_nor_the_app_upload(self, slack, client):
        slack.faults.uploads_blocked = True
        with pytest.raises(NotPossible, match="turned off"):
            slack.people.upload(ANA, "a.txt", b"x")
        call = client.files_upload_v2(content=b"x", filename="a.txt", channel=OPEN)
        assert await refused(call) == "file_uploads_disabled"
        slack.faults.clear()
        assert slack.people.upload(ANA, "a.txt", b"x")

    async def test_the_bytes_are_refused_on_demand(self, slack, client):
        given = await client.files_getUploadURLExternal(filename="a.txt", length=1)
        slack.faults.plan("files.upload", Fault("500"))
        async with aiohttp.ClientSession() as session:
            for status in (500, 200):
                async with session.post(given["upload_url"], data=b"x") as answer:
                    assert answer.status == status

    async def test_some_people_may_not(self):
        spec = WorkspaceSpec(
            people=(PersonSpec(ANA, "ana", "Ana", external=True, may_upload=False),),
            channels=(ChannelSpec(OPEN, "gmg", (ANA, BOT)),),
        )
        with pytest.raises(NotPossible, match="turned off"):
            stand_in(spec).people.upload(ANA, "a.txt", b"x")


class TestInForms:
    async def opened(self, slack, client, user=ANA, **element):
        view = modal(field({"type": "file_input", **element}))
        trigger = slack.triggers.issue(user, OPEN)
        await client.views_open(trigger_id=trigger, view=view)

    async def test_the_form_carries_the_file_and_the_app_may_read_it(self, slack, client):
        await self.opened(slack, client, filetypes=["pdf"])
        file = slack.people.upload(ANA, "draft.pdf", PDF)
        assert await refused(client.files_info(file=file.id)) == "file_not_found"
        async with Connection(slack) as connection:
            await slack.people.submit(ANA, {"b": [file.id]})
            values = connection.heard[-1].payload["view"]["state"]["values"]
        [said] = values["b"]["b_value"]["files"]
        assert said == (await client.files_info(file=file.id))["file"]
        assert await fetched(said["url_private_download"]) == (200, "application/pdf", PDF)

    async def test_what_does_not_fit_is_said_and_nothing_is_sent(self, slack, client):
        await self.opened(slack, client, filetypes=["pdf"], max_files=1)
        fits = slack.people.upload(ANA, "a.pdf", PDF)
        for ids, said in (
            ([], "required"),
            ([fits.id, fits.id], "no more than 1 file"),
            ([slack.people.upload(ANA, "a.exe", b"x").id], "not of a type"),
            ([slack.people.upload(ANA, "b.pdf", b"x" * (LARGEST_INPUT + 1)).id], "10 MB"),
        ):
            with pytest.raises(NotFilled, match=said):
                await slack.people.submit(ANA, {"b": ids})
        slack.people.fill(ANA, {"b": [fits.id]})
        slack.people.delete_file(ANA, fits.id)
        with pytest.raises(NotFilled, match="gone"):
            await slack.people.submit(ANA)

    async def test_ten_megabytes_are_taken(self, slack, client):
        await self.opened(slack, client)
        file = slack.people.upload(ANA, "a.pdf", b"x" * LARGEST_INPUT)
        async with Connection(slack):
            assert (await slack.people.submit(ANA, {"b": [file.id]})).answered


class TestFromAnotherWorkspace:
    """Slack Connect gives only the id; files.info gives the rest."""

    async def test_messages_and_forms_name_it_only(self, slack, client):
        file, _ = shared(slack, EVA, text="@gmg circulate")
        [event] = events(slack)
        stub = {
            "id": file.id,
            "mode": "file_access",
            "file_access": "check_file_info",
            "created": 0,
            "timestamp": 0,
            "user": "",
        }
        assert event["files"] == [stub]
        [read] = (await client.conversations_history(channel=OPEN))["messages"]
        assert read["files"] == [stub]
        said = (await client.files_info(file=file.id))["file"]
        assert (said["user_team"], said["name"]) == ("T0PARTNER", "Draft 1.pdf")
        assert (await fetched(said["url_private"]))[2] == PDF
