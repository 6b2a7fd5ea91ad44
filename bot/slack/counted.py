"""Slack's client, with each 429 counted by its method."""

from __future__ import annotations

from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.observed import NoObserver, Observer


class CountedClient(AsyncWebClient):
    """All calls of the Web API go through `api_call`."""

    observer: Observer = NoObserver()

    async def api_call(self, api_method: str, **more: Any) -> Any:
        """As the SDK's; raises SlackApiError as it does."""
        try:
            return await super().api_call(api_method, **more)
        except SlackApiError as error:
            if getattr(error.response, "status_code", 0) == 429:
                self.observer.limited(api_method)
            raise
