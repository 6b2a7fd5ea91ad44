"""The payloads of commands, presses and messages, as Slack sends them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sandbox.choices import has_state, state_of, values_of
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
        "trigger_id": server.triggers.issue(person.id, where.id),
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
    if message.files:
        event |= {"files": [server.files.given(f) for f in message.files], "upload": False}
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
    chosen = message.chosen.get(person.id, {})
    values = values_of(message.blocks, chosen, server.files.given)
    payload: dict[str, Any] = {
        "type": "block_actions",
        "user": person_json(server, person),
        "api_app_id": server.spec.app_id,
        "token": "sandbox",
        "container": container,
        "trigger_id": server.triggers.issue(person.id, where.id),
        "team": {"id": server.spec.team, "domain": "sandbox"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": channel_name(where),
        "state": {"values": values},
        "response_url": server.responses.issue(where.id, person.id, message.ts),
        "actions": [action],
    }
    if not ephemeral:
        payload["message"] = server.message_json(message)
    return payload


def shortcut_payload(
    server: SandboxServer, person: PersonSpec, where: Channel, message: Message, callback_id: str
) -> dict[str, Any]:
    """A shortcut chosen in the menu of a message."""
    return {
        "type": "message_action",
        "token": "sandbox",
        "action_ts": server.workspace.next_ts(),
        "team": {"id": server.spec.team, "domain": "sandbox"},
        "user": person_json(server, person),
        "channel": channel_name(where),
        "is_enterprise_install": False,
        "enterprise": None,
        "api_app_id": server.spec.app_id,
        "callback_id": callback_id,
        "trigger_id": server.triggers.issue(person.id, where.id),
        "response_url": server.responses.issue(where.id, person.id, None),
        "message_ts": message.ts,
        "message": server.message_json(message),
    }


def person_json(server: SandboxServer, person: PersonSpec) -> dict[str, Any]:
    """Who acted."""
    return {
        "id": person.id,
        "username": person.name,
        "name": person.name,
        "team_id": server.workspace.team_of(person.id),
    }


def channel_name(where: Channel) -> dict[str, Any]:
    """Where it was done."""
    return {"id": where.id, "name": "directmessage" if where.is_im else where.name}


def action_json(
    server: SandboxServer, block: dict[str, Any], element: dict[str, Any], chosen: Any
) -> dict[str, Any]:
    """What was pressed, or what was `chosen` in an element."""
    action: dict[str, Any] = {
        "action_id": element.get("action_id"),
        "block_id": block.get("block_id"),
        "type": element["type"],
        "action_ts": server.workspace.next_ts(),
    }
    told = ("text", "value", "style") if element["type"] == "button" else ("placeholder",)
    action |= {name: element[name] for name in (*told, "confirm") if name in element}
    if has_state(element):
        return action | state_of(element, chosen, server.files.given)
    return action if element["type"] == "button" else action | {"selected_option": chosen}
