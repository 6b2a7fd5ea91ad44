"""What a person does with forms and with the Home of the app: fill, press, submit, close."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.acts import NotFilled, NotPossible
from sandbox.choices import find, has_state, interactive
from sandbox.deliver import Outcome
from sandbox.errors import SlackError
from sandbox.form_checks import unfilled
from sandbox.methods_views import allowed
from sandbox.payloads import action_json
from sandbox.payloads_views import (
    closed_payload,
    home_event,
    submission_payload,
    view_press_payload,
)
from sandbox.person_presses import Presses
from sandbox.views import View

TROUBLE = "We had some trouble connecting. Try again?"
"""What Slack shows in a form that got no answer in time, or one that it cannot use."""


Named = str | tuple[str, str]
"""An input: its action id, the id of its block, or both (block, action)."""


class Forms(Presses):
    """Acts in views: the forms a person has open, and their Home."""

    def form(self, user: str) -> View | None:
        """The form a person has before them."""
        return self._server.views.top(user)

    def home(self, user: str) -> View | None:
        """What the app published for a person."""
        return self._server.views.home(user)

    def open_home(self, user: str, tab: str = "home") -> View | None:
        """Go to a tab of the app, `home` or `messages`; returns the Home as it is now."""
        if tab not in ("home", "messages") or (tab == "home" and not self._server.spec.home_tab):
            raise NotPossible("There is no such tab.")
        self._server.deliveries.event(home_event(self._server, self._person(user), tab))
        return self.home(user)

    def fill(self, user: str, values: Mapping[Named, Any], view: str | None = None) -> View:
        """Fill in inputs of the form before the person (or the view of that id).

        What is chosen is read as `sandbox.choices.taken` says. Nothing is sent to the app.
        """
        shown = self._view(user, view)
        for name, value in values.items():
            block, element = self._field(shown, name)
            chosen = self._chosen(element, value)
            if element["type"] == "file_input":
                self._own_files(user, chosen)
            shown.chosen[block["block_id"], element["action_id"]] = chosen
        return shown

    async def press_in(
        self,
        user: str,
        action_id: str,
        value: Any = None,
        *,
        view: str | None = None,
        block: str | None = None,
    ) -> Outcome:
        """Press a button or choose in a list of the form before the person, else of their Home.

        `view` names another view by its id; `block` the block where several hold that action.
        """
        shown = self._view(user, view)
        found = find(shown.blocks, action_id, value, block)
        if found is None:
            raise NotPossible("That button is gone.")
        holder, element = found
        if holder["type"] == "input" and not holder.get("dispatch_action"):
            raise NotPossible("The app hears of that field only when the form is sent.")
        chosen = self._chosen(element, value)
        if has_state(element):
            shown.chosen[holder["block_id"], action_id] = chosen
        action = action_json(self._server, holder, element, chosen)
        payload = view_press_payload(self._server, self._person(user), shown, action)
        outcome = await self._server.deliveries.ask("interactive", payload, "That press")
        if outcome.error:
            self._server.tell_error(user, outcome.error)
        return outcome

    async def submit(self, user: str, values: Mapping[Named, Any] | None = None) -> Outcome:
        """Fill in and send the form before the person.

        Raises NotFilled, sending nothing, for what Slack's client checks itself. The outcome's
        `errors` are those the app gave; an `error` and no answer is the trouble Slack shows, and
        the form keeps what was written in both cases.
        """
        shown = self._form(user)
        if "submit" not in shown.spec:
            raise NotPossible("That form cannot be sent.")
        self.fill(user, values or {})
        errors = unfilled(shown, self._server.files.get)
        if errors:
            raise NotFilled(errors)
        self._hand_over_files(shown)
        payload = submission_payload(self._server, self._person(user), shown)
        outcome = await self._server.deliveries.ask("interactive", payload, "That form")
        if outcome.error:
            return Outcome(False, error=TROUBLE)
        try:
            return self._answered(shown, outcome.payload or {})
        except SlackError:
            return Outcome(False, outcome.payload, TROUBLE)

    def close(self, user: str, *, every: bool = False) -> None:
        """Close the form before the person, or all that lie below it too."""
        shown = self._form(user)
        every = every or bool(shown.spec.get("clear_on_close"))
        for view in self._server.views.close(user, every=every):
            if view.spec.get("notify_on_close"):
                payload = closed_payload(self._server, self._person(user), view, every)
                self._server.deliveries.inform("interactive", payload)

    def _answered(self, view: View, answer: dict[str, Any]) -> Outcome:
        """Do what the app answered to a form; raises SlackError for what Slack cannot use."""
        views, user = self._server.views, view.user
        there = view in views.stack(user)
        match answer.get("response_action"):
            case None if not answer:
                views.remove(view)
            case "clear":
                views.close(user, every=True)
            case "update" if there:
                views.update(view, allowed(self._server, answer.get("view"), "modal"))
            case "push" if there:
                views.push(view.id, allowed(self._server, answer.get("view"), "modal"))
            case "errors":
                errors = _errors(view, answer.get("errors"))
                return Outcome(True, answer, errors=errors)
            case "update" | "push":
                pass
            case _:
                raise SlackError("invalid_response_action")
        return Outcome(True, answer or None)

    def _form(self, user: str) -> View:
        self._person(user)
        shown = self.form(user)
        if shown is None:
            raise NotPossible("No form is open.")
        return shown

    def _view(self, user: str, id: str | None) -> View:
        if id is None:
            home = self.home(user)
            return home if home is not None and self.form(user) is None else self._form(user)
        view = self._server.views.find(id)
        if view is None or view.user != user:
            raise NotPossible("That form is gone.")
        return view

    def _field(self, view: View, name: Named) -> tuple[dict[str, Any], dict[str, Any]]:
        found = [
            (b, e)
            for b, e in interactive(view.blocks)
            if has_state(e)
            and name in (b["block_id"], e["action_id"], (b["block_id"], e["action_id"]))
        ]
        if len(found) != 1:
            raise NotPossible(f"There is {'no' if not found else 'more than one'} field {name}.")
        return found[0]

    def _own_files(self, user: str, ids: list[str]) -> None:
        for id in ids:
            file = self._server.files.get(id)
            if file is None or file.user != user:
                raise NotPossible("That file is not yours.")

    def _hand_over_files(self, view: View) -> None:
        for (block, action), chosen in view.chosen.items():
            found = find(view.blocks, action, block=block)
            if found is not None and found[1]["type"] == "file_input":
                for id in chosen:
                    if (file := self._server.files.get(id)) is not None:
                        file.to_app = True


def _errors(view: View, errors: object) -> dict[str, str]:
    """The errors an app gave, if each names an input block of the view."""
    inputs = {b["block_id"] for b in view.blocks if b["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise SlackError("invalid_errors")
    if not all(isinstance(said, str) and said for said in errors.values()):
        raise SlackError("invalid_errors")
    return errors
