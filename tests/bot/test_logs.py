"""What is secret is blanked in a line of the log, in whatever it is wrapped."""

import pytest

from bot import logs

SECRETS = [
    "xoxb-12-34-abcDEF",
    "xapp-1-A1-2-abc",
    "v0=" + "0a" * 32,
    "https://hooks.slack.com/commands/T1/2/abc",
    "http://127.0.0.1:8010/response/abc",
]


def blanked(value):
    return str(logs._without_secrets(None, "", {"event": "x", "said": value})["said"])


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "wrapped",
    [str, lambda s: [s], lambda s: {"k": (s,)}, lambda s: {s: 1}, OSError, lambda s: {s}, repr],
)
def test_a_secret_is_blanked_in_whatever_stands_around_it(secret, wrapped):
    line = blanked(wrapped(secret))
    assert secret not in line and "[secret]" in line


def test_the_ticket_of_a_connection_is_blanked_and_the_rest_is_told():
    assert blanked("wss://x/link?ticket=ab-1&app=A1") == "wss://x/link?ticket=[secret]&app=A1"


@pytest.mark.parametrize("value", ["next", 7, 1.5, None, True, ["a", 1], {"k": "v"}])
def test_what_is_no_secret_stays_as_it_is(value):
    assert logs._without_secrets(None, "", {"said": value}) == {"said": value}
