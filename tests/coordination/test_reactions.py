"""Which reaction stands for which position."""

import pytest
from pydantic import ValidationError

from coordination.reactions import Wish, reactions, shown
from tests.workplan.making import milestone, plan
from workplan.clearance import Position


def chosen(**names):
    return plan(milestone(), clearance={"reactions": names})


def test_without_a_choice_the_usual_ones_stand():
    assert reactions(plan(milestone())) == {
        "white_check_mark": Position.CLEARED,
        "heavy_check_mark": Position.CLEARED,
        "speech_balloon": Position.CLEARED_WITH_SUGGESTIONS,
        "no_entry": Position.CANNOT_CLEAR,
        "white_circle": Position.STANDS_ASIDE,
        "hourglass_flowing_sand": Wish.MORE_TIME,
        "hand": Wish.QUESTION,
        "eyes": Position.SEEN,
    }


def test_a_plans_choice_replaces_the_usual_ones_of_that_position_alone():
    own = reactions(chosen(cleared=("+1", "ok")))
    assert own["+1"] is own["ok"] is Position.CLEARED
    assert "white_check_mark" not in own
    assert own["no_entry"] is Position.CANNOT_CLEAR


def test_an_emoji_has_the_meaning_the_plan_gives_it_alone():
    own = reactions(chosen(cleared=("eyes",)))
    assert own["eyes"] is Position.CLEARED
    assert Position.SEEN not in own.values()


def test_every_answer_by_reaction_can_be_chosen_also_by_an_emojis_second_name():
    own = reactions(chosen(**{"more time": ("turtle",), "question": ("raised_hand", "thumbsup")}))
    assert own["turtle"] is Wish.MORE_TIME
    assert own["hand"] is own["+1"] is Wish.QUESTION
    own = reactions(chosen(suggestions=("memo",)))
    assert own["memo"] is Position.CLEARED_WITH_SUGGESTIONS
    assert "speech_balloon" not in own


def test_people_are_shown_the_first_one():
    assert shown(plan(milestone()), Position.CLEARED).unicode == "✅"
    assert shown(chosen(cleared=("ok", "+1")), Position.CLEARED).name == "ok"
    assert shown(chosen(cleared=("eyes",)), Position.SEEN) is None


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"clearred": ["ok"]}, "clearred"),
        ({"cleared": []}, "at least one emoji"),
        ({"cleared": [":ok:"]}, "without colons"),
        ({"cleared": ["ok"], "seen": ["ok"]}, "two positions"),
    ],
)
def test_a_choice_that_cannot_hold_is_refused(names, told):
    with pytest.raises(ValidationError, match=told):
        chosen(**names)
