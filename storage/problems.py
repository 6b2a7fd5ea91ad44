"""What is wrong with the setting that names the database, as one typed error."""

from __future__ import annotations


class DatabaseProblem(Exception):
    """The database cannot be used as GMG_DATABASE_URL names it.

    The text is one sentence for the person who runs the bot; it names the setting and never
    holds a password.
    """
