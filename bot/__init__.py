"""The faces of the bot: Slack, the terminal, and the place where all is put together."""
