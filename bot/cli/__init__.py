"""The `gmg` command: every verb of the terminal."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the `gmg` command; a broken pipe or Ctrl-C ends it without a traceback."""
    # What a verb makes it keeps to its end, so that looking for garbage finds nothing and takes
    # a tenth of its time. What runs for long looks again (`run_async` in bot/cli/common.py).
    gc.disable()
    from bot.cli.app import app
    from bot.cli.signs import spare_the_terminal

    spare_the_terminal()
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
