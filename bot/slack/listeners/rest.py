"""Everything else Slack sends: acknowledged, so that nothing is repeated or shown as an error."""

from __future__ import annotations

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.slack.face import Face

log = structlog.get_logger(__name__)

_ANY = re.compile("", re.DOTALL)


def register(app: AsyncApp, face: Face) -> None:
    """Catch what no other listener took; to be registered last."""

    async def on_token_gone(event: dict[str, Any]) -> None:
        revoked = event.get("tokens") or {}
        if event["type"] == "tokens_revoked" and not revoked.get("bot"):
            return
        face.workspace.revoked = str(event["type"])
        log.error("Slack no longer accepts the bot's token", what=event["type"])

    async def on_event(event: dict[str, Any]) -> None:
        log.debug("event without a listener", what=event.get("type"))

    async def on_command(ack: AsyncAck, command: dict[str, Any]) -> None:
        log.warning("unknown command", command=command.get("command"))
        await ack(f"This bot answers to {face.command}.")

    async def on_interaction(ack: AsyncAck, body: dict[str, Any]) -> None:
        log.debug("interaction without a listener", what=body.get("type"))
        await ack()

    async def on_options(ack: AsyncAck) -> None:
        await ack(options=[])

    app.event("app_uninstalled")(on_token_gone)
    app.event("tokens_revoked")(on_token_gone)
    app.event(_ANY)(on_event)
    app.command(_ANY)(on_command)
    app.action(_ANY)(on_interaction)
    app.shortcut(_ANY)(on_interaction)
    app.view(_ANY)(on_interaction)
    app.view_closed(_ANY)(on_interaction)
    app.options(_ANY)(on_options)
