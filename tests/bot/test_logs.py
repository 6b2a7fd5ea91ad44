"""Log lines are JSON with their cause, and no secret stands in them, wherever it was put."""

import json
import logging
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO

import pytest
import structlog
from pydantic import SecretStr

from bot.logs import set_up
from config.settings import Settings
from coordination.cause import caused_by

BOT = "xoxb-0-fake-bot-token"
SETTINGS = Settings(
    bot_token=SecretStr(BOT),
    app_token=SecretStr("xapp-1-fake-app-token"),
    signing_secret=SecretStr("0123456789abcdef-signing"),
    database_url="postgresql://gmg:hunter-two@db.example.org/gmg",
)
SIGNATURE = "v0=" + "ab12" * 16
SECRETS = [
    *SETTINGS.secrets,
    "xoxe.xoxb-1-fake-rotated",
    "xoxp-0-fake-person",
    "xoxe-1-fake-refresh",
    SIGNATURE,
    "https://hooks.slack.com/commands/T1/2/fake",
    "https://hooks.slack.com/actions/T1/2/fake",
    "http://127.0.0.1:8010/response/T1/fake",
    "wss://wss-primary.slack.com/link/?ticket=fake-ticket&app_id=1",
]


@dataclass
class Held:
    """Something that a log line would show with its repr."""

    what: str


@contextmanager
def logging_to(form):
    """Logs as `set_up` sends them, kept in a text."""
    root = logging.getLogger()
    before = root.handlers[:]
    set_up(form, secrets=SETTINGS.secrets)
    (handler,) = root.handlers
    handler.setStream(shown := StringIO())
    try:
        yield shown
    finally:
        root.handlers[:] = before


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://gmg:hunter%2Ftwo@db.example.org/gmg",
        "postgresql://gmg@db.example.org/gmg?sslmode=require&password=hunter%2Ftwo",
    ],
)
def test_a_password_is_a_secret_wherever_the_address_has_it_and_as_the_server_is_sent_it(address):
    known = Settings(database_url=address).secrets
    assert {"hunter%2Ftwo", "hunter/two"} <= set(known)


@pytest.fixture
def lines():
    """What is logged, as the objects of its lines."""
    with logging_to("json") as shown:
        yield lambda: [json.loads(line) for line in shown.getvalue().splitlines()]


def ways(secret):
    """Every way in which a secret may come into a line; each gives its line to the logs."""
    ours, theirs = structlog.get_logger("ours"), logging.getLogger("theirs")
    yield lambda: ours.info(f"with {secret} inside")
    yield lambda: ours.info("value", why=secret)
    yield lambda: ours.info("bytes", why=secret.encode())
    yield lambda: ours.info("nested", body={"a": [{"b": (secret, {secret})}]})
    yield lambda: ours.info("a name", body={secret: 1})
    yield lambda: ours.info("object", held=Held(secret))
    yield lambda: ours.info("error", error=ValueError(secret))
    yield lambda: theirs.warning("with %s inside", secret)
    yield lambda: theirs.warning("nested %s", {"a": [secret]})

    def raised(log):
        try:
            raise RuntimeError(f"refused: {secret}")
        except RuntimeError:
            log.exception("failed")

    yield lambda: raised(ours)
    yield lambda: raised(theirs)


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret[:14])
def test_a_secret_is_blanked_in_whatever_stands_around_it(lines, secret):
    told = list(ways(secret))
    for way in told:
        way()
    found = lines()
    assert len(found) == len(told)
    for line in found:
        assert secret not in json.dumps(line), line
        assert "[secret]" in json.dumps(line), line


def test_what_stands_under_the_name_of_a_secret_is_never_shown(lines):
    log = structlog.get_logger("ours")
    log.info("named", response_url="a", body={"X-Slack-Signature": "b", "authToken": ["c"]})
    log.info("not named", secretariat="U1", keys=["handbook|2010-02-08"], token=None)
    first, second = lines()
    assert (first["response_url"], first["body"]) == (
        "[secret]",
        {"X-Slack-Signature": "[secret]", "authToken": "[secret]"},
    )
    assert (second["secretariat"], second["token"]) == ("U1", None)
    assert second["keys"] == ["handbook|2010-02-08"]


def test_a_password_in_an_address_is_blanked_and_the_rest_stays(lines):
    structlog.get_logger("ours").info("x", why="at postgresql://u:other-word@h:5432/n, no answer")
    (line,) = lines()
    assert line["why"] == "at postgresql://u:[secret]@h:5432/n, no answer"


def test_the_ticket_of_a_connection_is_blanked_and_the_rest_is_told(lines):
    structlog.get_logger("ours").info("x", why="wss://x/link?ticket=ab-1&app=A1")
    (line,) = lines()
    assert line["why"] == "wss://x/link?ticket=[secret]&app=A1"


@pytest.mark.parametrize("value", ["next", 7, 1.5, None, True, ["a", 1], {"k": "v"}])
def test_what_is_no_secret_stays_as_it_is(lines, value):
    structlog.get_logger("ours").info("x", said=value)
    (line,) = lines()
    assert line["said"] == value


def test_console_lines_hold_no_secret_either():
    with logging_to("console") as shown:
        structlog.get_logger("ours").info("value", why=BOT, held=Held(BOT))
    assert "value" in shown.getvalue()
    assert BOT not in shown.getvalue()


def test_a_line_carries_its_time_its_level_and_its_cause(lines):
    log = structlog.get_logger("ours")
    with caused_by("Ev1"):
        log.info("inside")
        with caused_by(None):
            log.info("somebody else's")
    log.info("outside")
    inside, other, outside = lines()
    assert (inside["event"], inside["level"], inside["cause"]) == ("inside", "info", "Ev1")
    assert inside["timestamp"].endswith("Z")
    assert "cause" not in other
    assert "cause" not in outside


@pytest.mark.parametrize("gone", [BrokenPipeError("nobody reads"), ValueError("closed")])
def test_that_nobody_reads_the_lines_any_more_ends_no_work(gone):
    class Gone(StringIO):
        def write(self, _text):
            raise gone

    with logging_to("json"):
        (handler,) = logging.getLogger().handlers
        handler.setStream(Gone())
        structlog.get_logger("ours").info("x")
