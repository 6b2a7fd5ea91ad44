"""Reactions given and taken away: one use case, one transaction, and only then acknowledged."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack.emoji import canonical
from bot.slack.face import Face
from coordination.records import MessageRef


def register(app: AsyncApp, face: Face) -> None:
    """Listen to reactions on messages of the bot's."""

    async def on_reaction(body: dict[str, Any]) -> None:
        event = body["event"]
        item = event.get("item") or {}
        if item.get("type") != "message" or not event.get("user"):
            return
        if event.get("item_user") not in (None, "", face.workspace.identity.user):
            return
        ref = MessageRef(str(item["channel"]), str(item["ts"]))
        await face.use_cases.react(
            face.services,
            face.asker_of_event(body, ref),
            canonical(str(event.get("reaction") or "")),
            event["type"] == "reaction_added",
        )

    app.event("reaction_added")(on_reaction)
    app.event("reaction_removed")(on_reaction)
