"""A local stand-in for Slack with a page to click in; it knows nothing of the bot."""
