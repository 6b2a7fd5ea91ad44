"""What a person does with a message's buttons and lists, and with its menu of shortcuts."""

from __future__ import annotations

from typing import Any

from sandbox.acts import Acts, NotPossible
from sandbox.choices import NoSuchChoice, find, has_state, taken
from sandbox.deliver import Outcome
from sandbox.payloads import action_json, press_payload, shortcut_payload
from sandbox.validate_elements import options_of


class Presses(Acts):
    """Presses, choices and shortcuts, told to the app once; it has three seconds."""

    async def press(
        self, user: str, channel: str, ts: str, action_id: str, value: Any = None
    ) -> Outcome:
        """Press a button of a message by its action id.

        `value` picks one of several buttons with the same id; of a list or a picker it is what was
        chosen, as `sandbox.choices.taken` reads it.
        """
        where, message = self._seen(user, channel, ts)
        found = find(message.blocks, action_id, value)
        if found is None:
            raise NotPossible("That button is gone.")
        block, element = found
        chosen = self._chosen(element, value)
        if has_state(element):
            key = (block["block_id"], action_id)
            message.chosen.setdefault(user, {})[key] = chosen
        action = action_json(self._server, block, element, chosen)
        payload = press_payload(self._server, self._person(user), where, message, action)
        outcome = await self._server.deliveries.ask("interactive", payload, "That press")
        if outcome.error:
            self._server.tell_error(user, outcome.error)
        return outcome

    async def shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> Outcome:
        """Choose one of the app's shortcuts in the menu of a message."""
        where, message = self._seen(user, channel, ts)
        offered = {s.callback_id: s for s in self.shortcuts(user)}
        if callback_id not in offered or message.ephemeral_to is not None:
            raise NotPossible("There is no such shortcut.")
        person, name = self._person(user), offered[callback_id].name
        payload = shortcut_payload(self._server, person, where, message, callback_id)
        outcome = await self._server.deliveries.ask("interactive", payload, name)
        if outcome.error:
            self._server.tell_error(user, outcome.error)
        return outcome

    def shortcuts(self, user: str) -> list[Any]:
        """The message shortcuts a person is offered; those of another workspace none."""
        spec = self._server.spec
        if self._person(user).external or "commands" not in spec.scopes.split(","):
            return []
        return [s for s in spec.shortcuts if s.type == "message"]

    def _chosen(self, element: dict[str, Any], value: Any) -> Any:
        """What a person chose in an element; raises NotPossible for what it does not offer."""
        workspace = self._server.workspace
        people = {*workspace.people, self._server.spec.bot_user}
        try:
            if element["type"] == "overflow":
                return next(o for o in options_of(element) if o["value"] == value)
            if has_state(element):
                return taken(element, value, people, workspace.channels)
        except (NoSuchChoice, StopIteration):
            raise NotPossible("There is no such choice.") from None
        return value
