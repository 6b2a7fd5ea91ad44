"""Listeners: each parses a request, calls one use case and replies; registered one by one."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.slack.face import Face
from bot.slack.listeners import (
    actions,
    channels,
    commands,
    forms,
    home,
    messages,
    reactions,
    rest,
    shortcuts,
)


def register(app: AsyncApp, face: Face) -> None:
    """Register all listeners; Bolt tries them in this order, so what comes in bursts is first and
    the catch-alls are last."""
    commands.register(app, face)
    reactions.register(app, face)
    actions.register(app, face)
    forms.register(app, face)
    shortcuts.register(app, face)
    home.register(app, face)
    messages.register(app, face)
    channels.register(app, face)
    rest.register(app, face)
