"""Typed words marked up as Slack's clients do it, whatever the words are."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.markup import Names, as_command, as_message, escaped, unescaped

NAMES = Names({"ana": "U1", "gmg": "U0", "hana.unfpa": "U2"}, {"gmg": "C1"})


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("https://example.org", "<https://example.org>"),
        ("HTTPS://Example.org/A", "<HTTPS://Example.org/A>"),
        ("http://127.0.0.1:8010/x", "<http://127.0.0.1:8010/x>"),
        ("https://example.org/ü?q=é", "<https://example.org/ü?q=é>"),
        ("(https://example.org/a_(b))", "(<https://example.org/a_(b)>)"),
        ("https://example.org/a, and", "<https://example.org/a>, and"),
        ("https://example.org/a?!", "<https://example.org/a>?!"),
        ("*https://example.org*", "*<https://example.org>*"),
        ("https://a.org https://b.org", "<https://a.org> <https://b.org>"),
        ("<https://example.org|x>", "&lt;<https://example.org>|x&gt;"),
        ("www.un.org", "<http://www.un.org|www.un.org>"),
        ("un.org, who.int.", "<http://un.org|un.org>, <http://who.int|who.int>."),
        ("a@un.org", "<mailto:a@un.org|a@un.org>"),
        ("ftp://example.example", "ftp://example.example"),
        ("https://", "https://"),
        ("https://...", "https://..."),
        ("e.g. wl-1, i.e. 3.5", "e.g. wl-1, i.e. 3.5"),
        ("handbook.organisation", "handbook.organisation"),
        ("@hana.unfpa.", "<@U2>."),
        ("@ana's", "<@U1>'s"),
        ("@anabel @nobody me@ana", "@anabel @nobody me@ana"),
        ("@here @everyone", "<!here> <!everyone>"),
        ("#gmg #none &#35;", "<#C1|> #none &amp;#35;"),
        ("```@ana\nhttps://un.org```", "```@ana\nhttps://un.org```"),
        ("`a` @ana `b", "`a` <@U1> `b"),
    ],
)
def test_a_message_is_marked_up(typed: str, sent: str) -> None:
    assert as_message(typed, NAMES) == sent


def test_a_command_has_names_beside_the_ids_and_no_code() -> None:
    assert as_command("`@ana` #gmg", NAMES) == "`<@U1|ana>` <#C1|gmg>"


WORDS = st.lists(
    st.sampled_from(
        ["@ana", "@gmg", "#gmg", "https://un.org/a", "un.org", "a@un.org", "<", ">", "&", "`",
         "&amp;", "<@U1>", "|", "(", ")", ".", ",", "*", " ", "\n", "ü", "@channel"]
    )
    | st.text(max_size=4)
).map("".join)  # fmt: skip


@given(WORDS)
def test_what_is_not_marked_up_is_escaped_and_nothing_is_lost(typed: str) -> None:
    for sent in (as_message(typed, NAMES), as_command(typed, NAMES)):
        marks = re.findall(r"<[^<>]*>", sent)
        assert all(re.match(r"<(?:@U|#C|!\w|https?://\w|mailto:)", m) for m in marks)
        assert not re.search(r"&(?!amp;|lt;|gt;)", sent)
        read = re.sub(r"<(?:[^<>|]*\|)([^<>]+)>", r"\1", as_message(typed, NAMES))
        read = re.sub(r"<(https?://[^<>]*)>", r"\1", read)
        for mark, name in (("<@U1>", "@ana"), ("<@U0>", "@gmg"), ("<#C1|>", "#gmg")):
            read = read.replace(mark, name)
        read = re.sub(r"<!(\w+)>", r"@\1", read)
        assert html.unescape(read).lower() == html.unescape(escaped(typed)).lower()


@given(st.text())
def test_unescaping_gives_back_what_was_typed(typed: str) -> None:
    assert unescaped(escaped(typed)) == typed
