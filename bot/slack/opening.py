"""Windows put before a person: all that Slack may be told before an acknowledgement."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import delivery_error
from coordination.messages.parts import Buttons, Message, Paragraph, line, message
from coordination.ports import DeliveryError
from coordination.services import Reply

log = structlog.get_logger(__name__)

OPEN_WITHIN = 0.8
"""Real seconds for Slack to take a window: with those of the use case (bot/slack/deadline.py) they
stay within the three that a trigger lives and an acknowledgement may take."""

NOT_OPENED = "Sorry, Slack did not open the form in time. Please press again."

View = dict[str, Any]


class Opening:
    """Opens, stacks and replaces windows; each answers whether Slack took it."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def open(self, trigger: str, view: View) -> bool:
        """Put a window before the person whose act gave the trigger."""
        return not await self._tried(self._client.views_open(trigger_id=trigger, view=view))

    async def push(self, trigger: str, view: View, on: str) -> bool:
        """Put a window on the one (`on`) in which the person acted; in its place where Slack
        stacks no more."""
        error = await self._tried(self._client.views_push(trigger_id=trigger, view=view))
        if error is not None and error.code == "push_limit_reached":
            return await self.replace(on, view)
        return error is None

    async def replace(self, id: str, view: View) -> bool:
        """Put a window in the place of the one with that id."""
        return not await self._tried(self._client.views_update(view_id=id, view=view))

    async def _tried(self, call: Awaitable[Any]) -> DeliveryError | None:
        try:
            async with asyncio.timeout(OPEN_WITHIN):
                await call
        except Exception as error:
            meant = delivery_error(error)
            log.warning("a window was not opened", code=meant.code, why=_why(error))
            return meant
        return None


def not_opened(again: Reply) -> Reply:
    """Tell that a form did not open, with the button of `again` to try once more."""
    buttons = tuple(part for part in again.message.parts if isinstance(part, Buttons))
    told: Message = message(Paragraph(line(NOT_OPENED)), *buttons)
    return Reply(told)


def _why(error: Exception) -> object:
    """What Slack says of a view that it refuses: paths in it, no words of people's."""
    response = getattr(error, "response", None)
    data = getattr(response, "data", None)
    return (data.get("response_metadata") or {}).get("messages") if isinstance(data, dict) else None
