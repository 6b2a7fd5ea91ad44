"""An answer that is given again is acknowledged as before, and another never in its place."""

import json

from bot.slack.rendered import MOST_FRAME, MOST_RESPONSES, REMEMBERED, Acknowledgements
from coordination.messages.parts import Message, Paragraph, line, message
from coordination.services import Reply


def test_an_answer_given_again_is_not_rendered_again():
    made = Acknowledgements()
    reply = Reply(Message("Held on Monday."))
    first = made.of(reply)
    assert json.loads(first.body)["text"] == "Held on Monday."
    assert made.of(reply) is first


def test_each_answer_is_its_own_however_many_came_before():
    made = Acknowledgements()
    for number in range(10 * REMEMBERED):
        found = made.of(Reply(Message(f"Answer {number}"), public=number % 2 == 0))
        body = json.loads(found.body)
        assert body["text"] == f"Answer {number}"
        assert body["response_type"] == ("in_channel" if number % 2 == 0 else "ephemeral")


def test_what_does_not_fit_a_frame_follows_by_response_url():
    long = message(*(Paragraph(line("x" * 2_500)) for _ in range(30)))
    found = Acknowledgements().of(Reply(long))
    assert len(found.body) <= MOST_FRAME
    assert 1 <= len(found.following) <= MOST_RESPONSES
