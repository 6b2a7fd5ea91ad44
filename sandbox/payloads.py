"""The payloads of commands, presses and messages, as Slack sends them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sandbox.workspace import Channel, Message, PersonSpec

if TYPE_CHECKING:
    from sandbox.server import SandboxServer


def command_payload(
    server: SandboxServer, person: PersonSpec, where: Channel, name: str, text: str
) -> dict[str, Any]:
    """A slash command; `text` is marked up already."""
    return {
        "token": "sandbox",
        "team_id": server.workspace.team_of(person.id),
        "team_domain": "sandbox",
        "channel_id": where.id,
        "channel_name": "directmessage" if where.is_im else where.name,
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": server.spec.app_id,
        "is_enterprise_install": "false",
        "response_url": server.responses.issue(where.id, person.id, None),
        "trigger_id": server.trigger_id(),
    }


def message_event(server: SandboxServer, where: Channel, message: Message) -> dict[str, Any]:
    """What is told of a new message, still without its type."""
    team = server.workspace.team_of(message.user)
    event: dict[str, Any] = {
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": team,
        "user_team": team,
        "channel": where.id,
        "event_ts": message.ts,
        "client_msg_id": secrets.token_hex(8),
    }
    if message.thread_ts is not None:
        event["thread_ts"] = message.thread_ts
    return event


def press_payload(
    server: SandboxServer,
    person: PersonSpec,
    where: Channel,
    message: Message,
    action: dict[str, Any],
) -> dict[str, Any]:
    """A press on a message."""
    ephemeral = message.ephemeral_to is not None
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": where.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload: dict[str, Any] = {
        "type": "block_actions",
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": server.workspace.team_of(person.id),
        },
        "api_app_id": server.spec.app_id,
        "token": "sandbox",
        "container": container,
        "trigger_id": server.trigger_id(),
        "team": {"id": server.spec.team, "domain": "sandbox"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": where.id, "name": "directmessage" if where.is_im else where.name},
        "state": {"values": {}},
        "response_url": server.responses.issue(where.id, person.id, message.ts),
        "actions": [action],
    }
    if not ephemeral:
        payload["message"] = server.message_json(message)
    return payload


def action_of(
    server: SandboxServer, block: dict[str, Any], element: dict[str, Any], value: str | None
) -> dict[str, Any] | None:
    """What was pressed or chosen; None when a list has no such option."""
    action: dict[str, Any] = {
        "action_id": element.get("action_id"),
        "block_id": block.get("block_id"),
        "type": element["type"],
        "action_ts": server.workspace.next_ts(),
    }
    if element["type"] == "button":
        action["text"] = element["text"]
        if "value" in element:
            action["value"] = element["value"]
    elif element["type"] == "datepicker":
        action["selected_date"] = value
    else:
        chosen = [o for o in element.get("options", ()) if o.get("value") == value]
        if not chosen:
            return None
        action["selected_option"] = chosen[0]
    return action
