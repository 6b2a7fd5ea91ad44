"""The forms people have open, up to three on top of each other, and their Homes of the app."""

from __future__ import annotations

import copy
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.choices import interactive, kept, name_parts, values_of
from sandbox.errors import SlackError
from sandbox.workspace import Chosen

if TYPE_CHECKING:
    from sandbox.server import SandboxServer

MOST_STACKED = 3
HOME_TITLE = {"type": "plain_text", "text": "View Title", "emoji": True}


@dataclass(eq=False)
class View:
    """A view as one person sees it; `spec` is what the app gave, its blocks with ids."""

    id: str
    user: str
    spec: dict[str, Any]
    hash: str
    root: str
    previous: str | None = None
    channel: str | None = None  # where the person was when it was opened
    chosen: Chosen = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """`modal` or `home`."""
        return str(self.spec["type"])

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Its blocks, each with an id."""
        blocks: list[dict[str, Any]] = self.spec["blocks"]
        return blocks

    @property
    def title(self) -> str:
        """The words in its head; a Home has none."""
        return str((self.spec.get("title") or {}).get("text", ""))


class Views:
    """All views; raises SlackError as the methods of `views.*` answer."""

    def __init__(self, server: SandboxServer) -> None:
        self._server = server
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def stack(self, user: str) -> list[View]:
        """What a person has open, the lowest first."""
        return list(self._stacks.get(user, ()))

    def top(self, user: str) -> View | None:
        """The form a person has before them."""
        stack = self._stacks.get(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> View | None:
        """What the app published for a person."""
        return self._homes.get(user)

    def find(self, id: str) -> View | None:
        """An open form or a Home by its id or external id."""
        return next(
            (v for v in self._all() if id in (v.id, v.spec.get("external_id") or v.id)), None
        )

    def open(self, user: str, spec: dict[str, Any], channel: str | None) -> View:
        """Show a form instead of whatever is open."""
        self._unique(spec)
        view = self._made(user, spec, channel)
        self._stacks[user] = [view]
        self._server.views_changed(user)
        return view

    def push(self, on: str | None, spec: dict[str, Any]) -> View:
        """Put a form on top of the stack of the view `on`."""
        below = self.find(on or "")
        if below is None or below not in self._stacks.get(below.user, ()):
            raise SlackError("not_found")
        stack = self._stacks[below.user]
        if len(stack) >= MOST_STACKED:
            raise SlackError("push_limit_reached")
        self._unique(spec)
        view = self._made(below.user, spec, below.channel)
        view.root, view.previous = stack[0].id, stack[-1].id
        stack.append(view)
        self._server.views_changed(below.user)
        return view

    def update(self, view: View, spec: dict[str, Any]) -> None:
        """Change a view; what is chosen stays where block and action are the same."""
        self._unique(spec, view)
        before = view.blocks
        view.spec = _own(spec)
        view.chosen = kept(before, view.chosen, view.blocks)
        view.hash = self._hash()
        self._server.views_changed(view.user)

    def publish(self, user: str, spec: dict[str, Any]) -> View:
        """Set a person's Home."""
        old = self._homes.get(user)
        if old is not None:
            self.update(old, spec)
            return old
        self._unique(spec)
        view = self._made(user, spec, None)
        self._homes[user] = view
        self._server.views_changed(user)
        return view

    def close(self, user: str, *, every: bool = False) -> list[View]:
        """Take away the top form, or all of them; returns those that went, the top first."""
        stack = self._stacks.get(user, [])
        gone = [stack.pop() for _ in range(len(stack) if every else min(1, len(stack)))]
        self._server.views_changed(user)
        return gone

    def remove(self, view: View) -> None:
        """Take away one form, wherever it lies."""
        stack = self._stacks.get(view.user, [])
        if view in stack:
            stack.remove(view)
            self._server.views_changed(view.user)

    def json(self, view: View) -> dict[str, Any]:
        """A view as Slack's answers and payloads give it."""
        spec, server = view.spec, self._server
        home = view.kind == "home"
        return {
            "id": view.id,
            "team_id": server.workspace.team_of(view.user),
            "type": view.kind,
            "blocks": view.blocks,
            "private_metadata": spec.get("private_metadata") or "",
            "callback_id": spec.get("callback_id") or "",
            "state": {"values": values_of(view.blocks, view.chosen, server.files.given)},
            "hash": view.hash,
            "title": HOME_TITLE if home else spec["title"],
            "clear_on_close": spec.get("clear_on_close", False),
            "notify_on_close": spec.get("notify_on_close", False),
            "close": spec.get("close"),
            "submit": spec.get("submit"),
            "previous_view_id": view.previous,
            "root_view_id": view.root,
            "app_id": server.spec.app_id,
            "external_id": spec.get("external_id") or "",
            "app_installed_team_id": server.spec.team,
            "bot_id": server.spec.bot_id,
        }

    def _all(self) -> list[View]:
        return [v for stack in self._stacks.values() for v in stack] + list(self._homes.values())

    def _unique(self, spec: dict[str, Any], but: View | None = None) -> None:
        id = spec.get("external_id")
        if id and any(v.spec.get("external_id") == id and v is not but for v in self._all()):
            raise SlackError("duplicate_external_id")

    def _made(self, user: str, spec: dict[str, Any], channel: str | None) -> View:
        id = f"V{secrets.token_hex(5).upper()}"
        view = View(id, user, _own(spec), self._hash(), root=id, channel=channel)
        for block, element in interactive(view.blocks):
            if element.get("default_to_current_conversation") and channel:
                here = element.get("initial_conversation", channel)
                view.chosen[block["block_id"], element["action_id"]] = here
        return view

    def _hash(self) -> str:
        return f"{int(self._server.real_now())}.{secrets.token_hex(4)}"


def _own(spec: dict[str, Any]) -> dict[str, Any]:
    spec = copy.deepcopy(spec)
    name_parts(spec["blocks"], at_random=True)
    return spec
