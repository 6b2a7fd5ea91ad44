"""What one person sees of the workspace, as the page's JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sandbox.choices import has_state, initial, interactive
from sandbox.emoji import character
from sandbox.workspace import Channel, Chosen, Message

if TYPE_CHECKING:
    from sandbox.server import SandboxServer


class PageView:
    """Draws people, channels, messages and the clock; changes nothing but what was read."""

    def __init__(self, server: SandboxServer) -> None:
        self._server = server

    def user(self, value: object) -> str:
        """The person meant by an id; the page's first one when it means none."""
        spec = self._server.spec
        if isinstance(value, str) and value in self._server.workspace.people:
            return value
        return spec.default_person or spec.people[0].id

    def clock(self) -> dict[str, Any]:
        """The clock as the page shows it."""
        clock = self._server.clock
        if clock is None:
            now = self._server.shown_now()
            return {
                "now": now.isoformat(),
                "zone": "UTC",
                "playing": True,
                "speed": 1.0,
                "can_move": False,
            }
        return {
            "now": clock.now().isoformat(),
            "zone": clock.zone,
            "playing": clock.speed > 0,
            "speed": clock.speed,
            "can_move": clock.movable,
        }

    def state(self, user: str) -> dict[str, Any]:
        """The workspace as `user` finds it."""
        server, spec = self._server, self._server.spec
        server.workspace.direct(user)
        people = [
            {
                "id": p.id,
                "name": p.real_name,
                "handle": p.name,
                "title": p.title,
                "group": p.group,
                "external": p.external,
                "tz": p.tz,
            }
            for p in server.workspace.people.values()
        ]
        return {
            "team": {"id": spec.team, "name": spec.team_name},
            "me": next(p for p in people if p["id"] == user),
            "personas": people,
            "channels": [self._channel(c, user) for c in self._seen_by(user)],
            "command": spec.command,
            "completions": [vars(c) for c in spec.completions],
            "shortcuts": [
                {"name": s.name, "callback_id": s.callback_id}
                for s in server.people.shortcuts(user)
            ],
            "home_tab": spec.home_tab,
            "clock": self.clock(),
            "bot": {"id": spec.bot_user, "name": spec.bot_name, "online": server.transport.online},
        }

    def _seen_by(self, user: str) -> list[Channel]:
        channels = self._server.workspace.channels.values()
        return sorted((c for c in channels if user in c.members), key=lambda c: (c.is_im, c.name))

    def _channel(self, channel: Channel, user: str) -> dict[str, Any]:
        spec = self._server.spec
        read = self._server.workspace.read_up_to.get((user, channel.id), "")
        unread = sum(
            ts > read and m.user != user and m.ephemeral_to in (None, user)
            for ts, m in channel.messages.items()
        )
        return {
            "id": channel.id,
            "name": spec.bot_name if channel.is_im else channel.name,
            "kind": "im" if channel.is_im else "channel",
            "user": spec.bot_user if channel.is_im else None,
            "private": channel.private,
            "archived": channel.archived,
            "unread": unread,
            "topic": channel.topic,
            "member": True,
        }

    def file(self, id: str, user: str) -> dict[str, Any] | None:
        """A file as its owner or a reader sees it."""
        file = self._server.files.get(id)
        return (
            None
            if file is None
            else {
                "id": file.id,
                "name": file.title,
                "size": file.size,
                "kind": file.filetype,
                "mine": file.user == user,
                "deleted": file.deleted,
            }
        )

    def zone(self, user: str) -> ZoneInfo:
        """The zone a person lives in."""
        return ZoneInfo(self._server.workspace.people[user].tz)

    def values(
        self, blocks: list[dict[str, Any]], chosen: Chosen, user: str
    ) -> dict[str, dict[str, Any]]:
        """What is chosen, as the page's controls take it."""
        values: dict[str, dict[str, Any]] = {}
        for block, element in interactive(blocks):
            if has_state(element):
                key = (block["block_id"], element["action_id"])
                now = chosen[key] if key in chosen else initial(element)
                values.setdefault(key[0], {})[key[1]] = self._plain(element, now, user)
        return values

    def _plain(self, element: dict[str, Any], now: Any, user: str) -> Any:
        if element["type"] == "file_input":
            return [self.file(id, user) for id in now]
        if element["type"] == "datetimepicker" and now is not None:
            return (
                datetime.fromtimestamp(now, UTC)
                .astimezone(self.zone(user))
                .strftime("%Y-%m-%dT%H:%M")
            )
        if isinstance(now, list):
            return [o["value"] if isinstance(o, dict) else o for o in now]
        return now["value"] if isinstance(now, dict) else now

    def messages(self, user: str, channel: str) -> list[dict[str, Any]]:
        """The channel's messages, replies inside their parents; raises NotPossible.

        They count as read from now on.
        """
        seen = self._server.people.visible(user, channel)
        if seen:
            self._server.workspace.read_up_to[user, channel] = max(m.ts for m in seen)
        parents = {m.ts for m in seen}
        top = [m for m in seen if not m.is_reply or m.thread_ts not in parents]
        replies: dict[str, list[Message]] = {}
        for message in seen:
            if message.is_reply and message.thread_ts in parents:
                replies.setdefault(message.thread_ts or "", []).append(message)
        return [self._message(m, user, replies.get(m.ts, [])) for m in top]

    def _message(self, message: Message, user: str, replies: list[Message]) -> dict[str, Any]:
        spec, people = self._server.spec, self._server.workspace.people
        is_bot = message.user == spec.bot_user
        person = people.get(message.user)

        def name(id: str) -> str:
            return people[id].real_name if id in people else spec.bot_name

        return {
            "ts": message.ts,
            "user": message.user,
            "name": spec.bot_name if is_bot else person.real_name if person else message.user,
            "is_bot": is_bot,
            "text": message.text,
            "blocks": message.blocks,
            "values": self.values(message.blocks, message.chosen.get(user, {}), user),
            "files": [self.file(id, user) for id in message.files],
            "shown_at": message.shown_at.isoformat(),
            "edited": message.edited,
            "ephemeral": message.ephemeral_to is not None,
            "thread_ts": message.thread_ts,
            "reply_count": len(replies),
            "replies": [self._message(m, user, []) for m in replies],
            "reactions": [
                {
                    "name": n,
                    "emoji": character(n),
                    "count": len(users),
                    "users": [name(u) for u in users],
                    "mine": user in users,
                }
                for n, users in message.reactions.items()
            ],
        }
