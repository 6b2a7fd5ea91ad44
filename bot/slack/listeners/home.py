"""The bot's Home: drawn when a person goes there, and again after what they did in it."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.slack.client import delivery_error
from bot.slack.face import Face
from bot.slack.views import home_view
from coordination.services import Asker

log = structlog.get_logger(__name__)


def register(app: AsyncApp, face: Face) -> None:
    """Listen to people who open the bot's Home."""

    async def on_home(body: dict[str, Any]) -> None:
        event = body["event"]
        if event.get("tab") == "home" and event.get("user"):
            # Told again to somebody who comes again: nothing is lost when it fails.
            face.tasks.soon(draw_home(face, face.asker_of_event(body)), "drawing a Home")

    app.event("app_home_opened")(on_home)


async def draw_home(face: Face, asker: Asker) -> None:
    """Put a person's Home in the place of what stood there."""
    view = home_view(await face.use_cases.home(face.services, asker))
    try:
        await face.workspace.client.views_publish(user_id=asker.user, view=view)
    except Exception as error:
        log.warning("a Home was not drawn", user=asker.user, code=delivery_error(error).code)


def redraw_home(face: Face, user: str) -> None:
    """Draw a person's Home again soon, after what they did in it."""
    face.tasks.soon(draw_home(face, face.asker_of_request(user, None)), "drawing a Home")
