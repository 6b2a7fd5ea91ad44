"""The door: a request is let in when it is of the shape that listeners read, and for this app.

Whose signature it carries was looked at before (bot/slack/http.py). What is turned away has no
effect, and is answered so that it neither comes again nor looks as if it had been taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from pydantic import ValidationError
from slack_bolt.response import BoltResponse

from bot.slack.client import Identity
from bot.slack.shapes import shapes_of
from bot.slack.views import told_view
from coordination.messages.parts import Message

log = structlog.get_logger(__name__)

DEEPEST = 64
"""Levels of a request; Slack's have about fifteen."""

UNREADABLE = "Sorry, that could not be read. Nothing has changed."
ELSEWHERE = "Sorry, I serve another workspace. Nothing has changed."


def unreadable(body: object) -> BoltResponse | None:
    """The answer to a request that no listener could read, None for one that is as it should be."""
    where = misshapen(body)
    return None if where is None else not_read(body, where)


def not_read(body: object, where: str) -> BoltResponse:
    """The answer to a request that could not be read there."""
    log.warning("a request that cannot be read", where=where)
    return _turned_away(body, UNREADABLE)


def not_ours(body: Mapping[str, Any], identity: Identity) -> BoltResponse | None:
    """The answer to a request for another workspace or app, None for one of the token's.

    People of other workspaces are in shared channels, and what they do carries their own team; the
    workspace where the app is installed is what counts.
    """
    team, app = installed_in(body), body.get("api_app_id")
    if team in (None, identity.team) and (not identity.app or app in (None, identity.app)):
        return None
    log.warning("a request for another workspace", team=team, app=app)
    return _turned_away(body, ELSEWHERE)


def installed_in(body: Mapping[str, Any]) -> str | None:
    """The workspace whose installation of the app a request is for, None where it names none.

    Of a press on a message it is `team`, whoever pressed (github.com/slackapi/java-slack-sdk
    issue 1041); in a window, `team` is the person's and the view tells (bolt-js issue 1614).
    """
    authorizations = body.get("authorizations")
    if authorizations:
        return authorizations[0].get("team_id")  # type: ignore[no-any-return]
    view = body.get("view") or {}
    team = body.get("team")
    named = team.get("id") if isinstance(team, dict) else team
    return view.get("app_installed_team_id") or named or body.get("team_id")


def misshapen(body: object) -> str | None:
    """Where a request is not of the shape that listeners read, None when it is.

    Only places are told, never what stands there.
    """
    if not isinstance(body, dict):
        return "the whole of it"
    if _too_deep(body):
        return "its depth"
    try:
        for shape in shapes_of(body):
            shape.model_validate(body)
    except ValidationError as error:
        return ", ".join(_place(found["loc"]) for found in error.errors(include_input=False)[:3])
    return None


def _place(way: tuple[int | str, ...]) -> str:
    """Keys of a request could be anything; those of ours are short words."""
    return ".".join(str(step) if str(step).isidentifier() else "…" for step in way)[:120]


def _too_deep(body: object) -> bool:
    level = [body]
    for _ in range(DEEPEST):
        inner: list[object] = []
        for held in level:
            inside = held.values() if isinstance(held, dict) else held
            inner += [one for one in inside if isinstance(one, dict | list)]  # type: ignore[attr-defined]
        if not inner:
            return False
        level = inner
    return True


def _turned_away(body: object, sentence: str) -> BoltResponse:
    """Who asked or sent a form is told; all else is acknowledged, for it would come the same."""
    body = body if isinstance(body, dict) else {}
    if "command" in body:
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": sentence})
    if body.get("type") != "view_submission":
        return BoltResponse(status=200, body="")
    block = _a_field(body.get("view"))
    if block is not None:
        # What was entered stays before the person.
        return BoltResponse(
            status=200, body={"response_action": "errors", "errors": {block: sentence}}
        )
    told = told_view(Message(sentence), "Not taken")
    return BoltResponse(status=200, body={"response_action": "update", "view": told})


def _a_field(view: object) -> str | None:
    """The id of a field in a view of whatever shape."""
    blocks = view.get("blocks") if isinstance(view, dict) else None
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, dict) and block.get("type") == "input":
            named = block.get("block_id")
            if isinstance(named, str) and named:
                return named
    return None
