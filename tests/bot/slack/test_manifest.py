"""The manifest asks for what the code needs, and the shipped file is what the command prints."""

import json
import re
from pathlib import Path

from bot.slack.listeners.shortcuts import SHORTCUT
from bot.slack.manifest import EVENTS, SCOPES, manifest
from sandbox import methods_chat, methods_files, methods_read, methods_views

ROOT = Path(__file__).parents[3]


def test_the_shipped_manifest_is_what_is_printed():
    shipped = json.loads((ROOT / "config" / "manifest.json").read_text(encoding="utf-8"))
    assert shipped == manifest(None, "/gmg")


def test_over_http_all_three_request_urls_are_one():
    made = manifest("https://bot.example.org/", "/plan")
    address = "https://bot.example.org/slack/events"
    assert made["features"]["slash_commands"][0]["url"] == address
    assert made["settings"]["event_subscriptions"]["request_url"] == address
    assert made["settings"]["interactivity"]["request_url"] == address
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["features"]["slash_commands"][0]["command"] == "/plan"
    assert manifest(address, "/plan") == made


def test_mentions_in_the_command_arrive_as_ids():
    assert manifest(None, "/gmg")["features"]["slash_commands"][0]["should_escape"] is True


def test_every_scope_has_its_reason_and_none_is_asked_for_twice():
    scopes = manifest(None, "/gmg")["oauth_config"]["scopes"]["bot"]
    assert scopes == list(SCOPES) == sorted(set(SCOPES))
    assert all(len(reason) > 20 for reason in SCOPES.values())


def test_every_method_the_code_calls_is_covered_by_a_scope():
    code = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "bot" / "slack").rglob("*.py"))
    called = set(re.findall(r"client\.([a-z]+_[a-zA-Z_]+)\b", code))
    rooms = (methods_chat, methods_files, methods_read, methods_views)
    entries = {name: entry for room in rooms for name, entry in room.METHODS.items()}
    by_name = {name.replace(".", "_"): entry for name, entry in entries.items()}
    used = {by_name[n].scope for n in called if n in by_name and not by_name[n].app}
    assert {"chat:write", "users:read", "channels:read", "im:write", "files:write"} <= used
    assert {"views_open", "views_push", "views_update", "views_publish"} <= called
    assert used - {None} <= set(SCOPES)


def test_home_the_messages_tab_and_the_shortcut_are_offered():
    features = manifest(None, "/gmg")["features"]
    assert features["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    (shortcut,) = features["shortcuts"]
    assert (shortcut["name"], shortcut["type"]) == ("Circulate for clearance", "message")
    assert shortcut["callback_id"] == SHORTCUT


def test_every_event_listened_to_is_subscribed_to():
    code = "".join(
        p.read_text(encoding="utf-8") for p in (ROOT / "bot" / "slack" / "listeners").glob("*.py")
    )
    listened = set(re.findall(r'app\.event\("([a-z_]+)"\)', code)) - {"message"}
    assert listened <= set(EVENTS)
    assert "message.im" in EVENTS
