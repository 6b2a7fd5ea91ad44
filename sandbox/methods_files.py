"""files.*: look up, upload in three steps, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.errors import SlackError
from sandbox.files import File
from sandbox.methods_chat import check_thread
from sandbox.methods_common import open_for_bot, own_message_event
from sandbox.webapi import Answer, Entry

if TYPE_CHECKING:
    from sandbox.server import SandboxServer


async def files_info(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """files.info of what the app may look at."""
    file = _file(server, args.get("file"))
    described = server.files.json(file)
    return {"file": described, "comments": [], "response_metadata": {"next_cursor": ""}}


async def get_upload_url(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """files.getUploadURLExternal."""
    name = str(args.get("filename") or "")
    size = str(args.get("length") or "")
    if not name or not size.isdigit() or int(size) == 0:
        raise SlackError("missing_argument")
    _refuse_if_blocked(server)
    url, file = server.files.ticket(name, int(size))
    return {"upload_url": url, "file_id": file.id}


async def complete_upload(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """files.completeUploadExternal: shares the files in one message, if a channel is named.

    The message's time is not in the answer, as on Slack: files.info tells it.
    """
    _refuse_if_blocked(server)
    given = args.get("files")
    if not isinstance(given, list) or not given or not all(isinstance(f, dict) for f in given):
        raise SlackError("invalid_arguments")
    files = [server.files.get(str(f.get("id"))) for f in given]
    ready = [f for f in files if f is not None and f.content is not None and not f.ready]
    if len(ready) != len(given):
        raise SlackError("file_not_found")
    where = str(args.get("channel_id") or args.get("channels") or "")
    thread = args.get("thread_ts") or None
    if where:
        if where not in server.workspace.channels:
            raise SlackError("invalid_channel")
        channel = open_for_bot(server, where)
        if thread is not None:
            check_thread(channel, str(thread))
    for file, asked in zip(ready, given, strict=True):
        file.title, file.ready = str(asked.get("title") or file.name), True
    answer = {"files": [server.files.json(f) for f in ready]}
    if where:
        message = server.add_message(
            channel,
            server.spec.bot_user,
            str(args.get("initial_comment") or ""),
            thread_ts=thread,
            files=[f.id for f in ready],
        )
        own_message_event(server, channel, message)
    return answer


async def files_delete(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """files.delete of a file of the app's own."""
    file = _file(server, args.get("file"))
    if file.user != server.spec.bot_user:
        raise SlackError("cant_delete_file")
    server.files.delete(file)
    return {}


def _file(server: SandboxServer, id: object) -> File:
    file = server.files.get(str(id))
    if file is None or not file.ready or not server.files.known_to_app(file):
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    return file


def _refuse_if_blocked(server: SandboxServer) -> None:
    if server.faults.uploads_blocked:
        raise SlackError("file_uploads_disabled")


METHODS = {
    "files.info": Entry(files_info, "files:read"),
    "files.getUploadURLExternal": Entry(get_upload_url, "files:write"),
    "files.completeUploadExternal": Entry(complete_upload, "files:write"),
    "files.delete": Entry(files_delete, "files:write"),
}
