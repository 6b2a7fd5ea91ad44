"""The Slack app's manifest: what `gmg manifest` prints and config/manifest.json holds."""

from __future__ import annotations

from typing import Any

from bot.slack.http import PATH
from bot.slack.listeners.shortcuts import SHORTCUT

SCOPES: dict[str, str] = {
    "app_mentions:read": "to answer when somebody mentions the bot in a channel or thread",
    "channels:history": "to see after a stop what was posted already in a public channel",
    "channels:read": "to know who is in the group's channels, and when one is archived",
    "chat:write": "to post notices, answers and reminders",
    "commands": "to offer the slash command and the message shortcut",
    "files:read": "to read a document that somebody hands in for clearance, and its fingerprint",
    "files:write": "to put a copy of a circulated document, or of its record, into a thread",
    "groups:history": "to see after a stop what was posted already in a private channel",
    "groups:read": "to know who is in the group's private channels, and when one is archived",
    "im:history": "to answer direct messages, and to see after a stop what was sent to whom",
    "im:write": "to send a person their daily brief, and what is asked of them",
    "reactions:read": "to take reactions on circulated documents as agencies' answers",
    "users:read": "to know people's names, time zones and which workspace they belong to, and "
    "which app the bot is",
}
"""The bot's scopes, each with its reason."""

APP_SCOPES: dict[str, str] = {
    "connections:write": "to connect by Socket Mode, without an address that Slack can reach",
}
"""The scope of the app-level token; it is chosen when the token is made, not in the manifest."""

EVENTS: tuple[str, ...] = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_id_changed",
    "channel_left",
    "channel_unarchive",
    "channel_unshared",
    "group_archive",
    "group_left",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message.im",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
    "user_change",
)
"""What the bot is told of (bot/slack/listeners/)."""


def manifest(url: str | None, command: str) -> dict[str, Any]:
    """The manifest for Socket Mode, or with `url` (where Slack reaches the bot) for HTTP.

    `command` is the slash command with its slash.
    """
    name = command.removeprefix("/")
    address = _address(url) if url else None
    slash: dict[str, Any] = {
        "command": command,
        "description": "Ask about the work plan, or act on it",
        "usage_hint": "next | mine | show ITEM | help",
        "should_escape": True,
    }
    events: dict[str, Any] = {"bot_events": list(EVENTS)}
    interactivity: dict[str, Any] = {"is_enabled": True}
    if address is not None:
        slash["url"] = address
        events = {"request_url": address, **events}
        interactivity["request_url"] = address
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": f"{name} coordination bot",
            "description": "Keeps a group of agencies to its yearly work plan.",
            "background_color": "#1f4e79",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name, "always_online": True},
            "shortcuts": [
                {
                    "name": "Circulate for clearance",
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": "Send this message's document to the agencies",
                }
            ],
            "slash_commands": [slash],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": address is None,
            "token_rotation_enabled": False,
        },
    }


def _address(url: str) -> str:
    return url if url.endswith(PATH) else url.rstrip("/") + PATH
