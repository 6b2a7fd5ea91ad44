"""views.*: open, push, update, publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.choices import interactive
from sandbox.errors import SlackError
from sandbox.validate_views import check_view
from sandbox.views import View
from sandbox.webapi import Answer, Entry

if TYPE_CHECKING:
    from sandbox.server import SandboxServer


async def views_open(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """views.open, for the person whose act gave the trigger."""
    _needed(args, "trigger_id")
    spec = allowed(server, args.get("view"), "modal")
    trigger = server.triggers.check(args["trigger_id"])
    view = server.views.open(trigger.user, spec, trigger.channel)
    trigger.used = True
    return {"view": server.views.json(view)}


async def views_push(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """views.push, with a trigger of what was done in the form below."""
    _needed(args, "trigger_id")
    spec = allowed(server, args.get("view"), "modal")
    trigger = server.triggers.check(args["trigger_id"])
    view = server.views.push(trigger.view, spec)
    trigger.used = True
    return {"view": server.views.json(view)}


async def views_update(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """views.update of an open form (or a Home) by `view_id` or `external_id`."""
    if not args.get("view_id") and not args.get("external_id"):
        _needed(args, "view_id")
    view = server.views.find(str(args.get("view_id") or args.get("external_id")))
    if view is None:
        raise SlackError("not_found")
    spec = allowed(server, args.get("view"), view.kind)
    _same_hash(view, args)
    server.views.update(view, spec)
    return {"view": server.views.json(view)}


async def views_publish(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """views.publish of a person's Home."""
    _needed(args, "user_id")
    spec = allowed(server, args.get("view"), "home")
    if not server.spec.home_tab:
        raise SlackError("not_enabled")
    user = str(args["user_id"])
    if user not in server.workspace.people:
        raise SlackError("user_not_found")
    _same_hash(server.views.home(user), args)
    return {"view": server.views.json(server.views.publish(user, spec))}


def allowed(server: SandboxServer, view: object, kind: str) -> dict[str, Any]:
    """The view, if Slack would take it from this app; a file input needs `files:read`."""
    spec = check_view(view, kind)
    uploads = any(e["type"] == "file_input" for _, e in interactive(spec["blocks"]))
    if uploads and "files:read" not in server.spec.scopes.split(","):
        raise SlackError("missing_scope", needed="files:read", provided=server.spec.scopes)
    return spec


def _needed(args: dict[str, Any], name: str) -> None:
    if not args.get(name):
        said = f"[ERROR] missing required field: {name} [json-pointer:]"
        raise SlackError("invalid_arguments", response_metadata={"messages": [said]})


def _same_hash(view: View | None, args: dict[str, Any]) -> None:
    if args.get("hash") and (view is None or view.hash != args["hash"]):
        raise SlackError("hash_conflict")


METHODS = {
    "views.open": Entry(views_open),
    "views.push": Entry(views_push),
    "views.update": Entry(views_update),
    "views.publish": Entry(views_publish),
}
