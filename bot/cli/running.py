"""The verbs that run the bot or see to it: serve, demo, migrate, doctor, manifest."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add these verbs to the command."""
