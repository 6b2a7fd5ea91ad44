"""What people type is read alike, however their keyboard and Slack wrote it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.emoji import canonical
from bot.slack.incoming import plain_words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("next 3", "next 3"),
        ("<@U0BOT> next", "next"),
        ("Hello <@U0BOT> next 3", "next 3"),
        ("next <@U0BOT>", "next"),
        ("<@U0BOT|gmg> focal <@U1ANA|ana> UNICEF", "focal <@U1ANA> UNICEF"),
        ("<@U0BOT>", ""),
        ("circulate hb <https://x.org/a?b=1&amp;c=2>", "circulate hb https://x.org/a?b=1&c=2"),
        ("circulate hb <http://x.org|x.org>", "circulate hb http://x.org"),
        ("<mailto:ana@x.org|ana@x.org>", "mailto:ana@x.org"),
        ("in <#C1|general> and <#C2>", "in #general and #C2"),
        ("<!channel> and <!here|here>", "@channel and here"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("show\u00a0\u201chandbook\u201d", 'show "handbook"'),
        ("it\u2019s", "it's"),
        ("ne\u200bxt\u202e\x00\ud800\uffff", "next"),
        ("  many\n\tspaces ", "many spaces"),
        ("a < b", "a < b"),
        ("x" * 4_000, "x" * 4_000),
    ],
)
def test_words_are_read_plainly(written, words):
    assert plain_words(written, "U0BOT") == words


@given(st.text(alphabet="<>@#!|&;U0BOT \u00a0\x00\ud800abc", max_size=60))
def test_nothing_typed_is_too_odd_to_read(text):
    words = plain_words(text, "U0BOT")
    assert words == " ".join(words.split())


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("thumbsup::skin-tone-4", "+1"),
        ("+1", "+1"),
        ("raised_hand", "hand"),
        ("hand::skin-tone-2", "hand"),
        (":eyes:", "eyes"),
        ("white_check_mark", "white_check_mark"),
        ("heavy_check_mark", "heavy_check_mark"),
    ],
)
def test_reactions_are_folded(given, name):
    assert canonical(given) == name
