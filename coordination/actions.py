"""The ids of all buttons: one list, so that faces route them and use cases name them alike."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What a press asks for; the button's value says of what."""

    ASK = "gmg_ask"  # value: a command without its name, such as "show wl-1"
    SEEN = "gmg_seen"  # value: milestone id|due day counted to
    DONE = "gmg_done"  # value: milestone id
    SHOW = "gmg_show"  # value: milestone id
    SET_DATE = "gmg_set_date"  # value: JSON of coordination/set_dates.py
    CIRCULATE = "gmg_circulate"  # value: JSON of coordination/circulate.py
    JOIN_ACCEPT = "gmg_join_accept"  # value: user id|agency
    JOIN_DECLINE = "gmg_join_decline"  # value: user id|agency
    POSITION = "gmg_position"  # value: circulation id|position
    ANSWER = "gmg_answer"  # value: question id|answer
    TAKE_PART = "gmg_take_part"  # value: output id|in, or output id|out
    TAKE_BACK = "gmg_take_back"  # value: circulation id
    EMAIL_TEXT = "gmg_email_text"  # value: circulation id
    GIVE_LINK = "gmg_give_link"  # value: circulation id
    COMMENTS = "gmg_comments"  # value: circulation id
    REPLY = "gmg_reply"  # value: circulation id
    EXPORT = "gmg_export"  # value: circulation id|ending of the file's name
    NOT_RIGHT = "gmg_not_right"  # value: circulation id|evidence id
    EXTEND = "gmg_extend"  # value: circulation id, like those of the chair below
    CLOSE = "gmg_close"
    WITHDRAW = "gmg_withdraw"
    WITHOUT = "gmg_without"
    OVERRIDE = "gmg_override"
    PICK_DATE = "gmg_pick_date"  # value: milestone id, then |YYYY-MM-DD
    SNOOZE = "gmg_snooze"  # value: subject of a reminder|due day counted to
    SNOOZE_FOR = "gmg_snooze_for"  # value: subject|due day counted to|days
    SETTINGS = "gmg_settings"
    AWAY = "gmg_away"
    PREVIEW_SEND = "gmg_preview_send"  # value: the moment a notice is due, like the two below
    PREVIEW_EDIT = "gmg_preview_edit"
    PREVIEW_SKIP = "gmg_preview_skip"
    DISMISS = "gmg_dismiss"  # puts a question away
