"""The `gmg` command, run inside the test's process."""

import logging

import pytest
from typer.testing import CliRunner

from bot.cli.app import app


@pytest.fixture
def gmg(tmp_path, monkeypatch):
    """Run a verb in an empty folder, with no setting but the given ones; 80 columns."""
    monkeypatch.chdir(tmp_path)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("GMG_PLAN", "GMG_DATABASE_URL", "GMG_CHANNEL", "GMG_CLOCK", "PORT"):
        monkeypatch.delenv(name, raising=False)
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level

    def run(*arguments, **settings):
        environment = {"COLUMNS": "80", "TERM": "dumb", **settings}
        done = CliRunner().invoke(app, list(map(str, arguments)), env=environment)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert "Traceback" not in done.output
        return done

    yield run
    root.handlers[:], root.level = handlers, level  # `serve` sets up logs of its own
