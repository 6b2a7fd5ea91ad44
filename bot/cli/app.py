"""All verbs of `gmg`, registered one by one; each imports what it needs when it runs."""

from __future__ import annotations

import typer

from bot.cli import backup, comments, export, people, reading, running

app = typer.Typer(
    name="gmg",
    help="Coordinate a group of agencies along its yearly work plan.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

reading.register(app)
comments.register(app)
running.register(app)
export.register(app)
backup.register(app)
people.register(app)
