"""The payloads of forms and Home, as Slack sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.choices import interactive
from sandbox.payloads import person_json
from sandbox.views import View
from sandbox.workspace import PersonSpec

if TYPE_CHECKING:
    from sandbox.server import SandboxServer


def _common(server: SandboxServer, person: PersonSpec, view: View, kind: str) -> dict[str, Any]:
    """What all have; the team is that of the person, not the one the app serves."""
    team = server.workspace.team_of(person.id)
    return {
        "type": kind,
        "team": {"id": team, "domain": "sandbox" if team == server.spec.team else "partner"},
        "user": person_json(server, person),
        "api_app_id": server.spec.app_id,
        "token": "sandbox",
        "view": server.views.json(view),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def view_press_payload(
    server: SandboxServer, person: PersonSpec, view: View, action: dict[str, Any]
) -> dict[str, Any]:
    """A press in a form or on the Home; it has no response URL."""
    return _common(server, person, view, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": server.triggers.issue(person.id, view.channel, view.id),
        "actions": [action],
    }


def submission_payload(server: SandboxServer, person: PersonSpec, view: View) -> dict[str, Any]:
    """A form that is sent."""
    urls = []
    for block, element in interactive(view.blocks):
        chosen = view.chosen.get((block["block_id"], element["action_id"]))
        if element.get("response_url_enabled") and chosen:
            urls.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": chosen,
                    "response_url": server.responses.issue(chosen, person.id, None),
                }
            )
    return _common(server, person, view, "view_submission") | {
        "trigger_id": server.triggers.issue(person.id, view.channel, view.id),
        "response_urls": urls,
    }


def closed_payload(
    server: SandboxServer, person: PersonSpec, view: View, cleared: bool
) -> dict[str, Any]:
    """A form that was closed unsent; `cleared` with all that lay below."""
    return _common(server, person, view, "view_closed") | {"is_cleared": cleared}


def home_event(server: SandboxServer, person: PersonSpec, tab: str) -> dict[str, Any]:
    """A tab of the app was opened; the view is what was published before, if anything."""
    event: dict[str, Any] = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": server.workspace.direct(person.id).id,
        "tab": tab,
        "event_ts": server.workspace.next_ts(),
    }
    home = server.views.home(person.id)
    if home is not None and tab == "home":
        event["view"] = server.views.json(home)
    return event
