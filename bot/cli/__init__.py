"""The `gmg` command: every verb of the terminal."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the `gmg` command; a broken pipe or Ctrl-C ends it without a traceback."""
    from bot.cli.app import app

    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
