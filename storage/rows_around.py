"""Between rows and domain values, both ways, of what is kept around circulations and people.

As in storage/rows.py the functions take any mapping whose values are Python's.
"""

from __future__ import annotations

from dataclasses import asdict

from coordination.channel_records import ChannelKept, Gone
from coordination.clearance_records import (
    Comment,
    Document,
    Evidence,
    Question,
    QuestionKind,
    QuestionState,
)
from coordination.people_records import (
    Interest,
    Preferences,
    Preview,
    PreviewState,
    Snooze,
    Switch,
)
from storage.rows import Row, Values


def question(row: Row) -> Question:
    """A row of `questions`."""
    return Question(
        id=row["id"],
        circulation=row["circulation"],
        kind=QuestionKind(row["kind"]),
        asked_of=row["asked_of"],
        agency=row["agency"],
        by=row["by"],
        at=row["at"],
        detail=row["detail"],
        state=QuestionState(row["state"]),
        answer=row["answer"],
        answered_by=row["answered_by"],
        answered_at=row["answered_at"],
        words=row["words"],
    )


def question_values(value: Question) -> Values:
    """What `questions` keeps, without the id."""
    return {
        **_without_id(value),
        "kind": value.kind.value,
        "state": value.state.value,
        "detail": dict(value.detail),
    }


def comment(row: Row) -> Comment:
    """A row of `comments`."""
    return Comment(
        id=row["id"],
        circulation=row["circulation"],
        agency=row["agency"],
        person=row["person"],
        at=row["at"],
        kind=row["kind"],
        text=row["text"],
        place=row["place"],
        wording=row["wording"],
        reply=row["reply"],
        replied_by=row["replied_by"],
        replied_at=row["replied_at"],
        withdrawn=bool(row["withdrawn"]),
    )


def comment_values(value: Comment) -> Values:
    """What `comments` keeps, without the id."""
    return _without_id(value)


def evidence(row: Row) -> Evidence:
    """A row of `evidence`."""
    return Evidence(
        id=row["id"],
        circulation=row["circulation"],
        agency=row["agency"],
        entered_by=row["entered_by"],
        at=row["at"],
        received_on=row["received_on"],
        from_whom=row["from_whom"],
        how=row["how"],
        quote=row["quote"],
        document=row["document"],
    )


def evidence_values(value: Evidence) -> Values:
    """What `evidence` keeps, without the id."""
    return _without_id(value)


def document(row: Row) -> Document:
    """A row of `documents`."""
    return Document(
        sha256=row["sha256"],
        name=row["name"],
        media_type=row["media_type"],
        content=bytes(row["content"]),
        kept_by=row["kept_by"],
        kept_at=row["kept_at"],
    )


def preferences(row: Row) -> Preferences:
    """A row of `preferences`."""
    return Preferences(
        user=row["user_id"],
        zone=row["zone"],
        quiet_from=row["quiet_from"],
        quiet_until=row["quiet_until"],
        muted=bool(row["muted"]),
        away_from=row["away_from"],
        away_until=row["away_until"],
        deputy=row["deputy"],
    )


def preferences_values(value: Preferences) -> Values:
    """What `preferences` keeps."""
    values = asdict(value)
    return {"user_id": values.pop("user"), **values}


def snooze(row: Row) -> Snooze:
    """A row of `snoozes`."""
    return Snooze(user=row["user_id"], subject=row["subject"], until=row["until"])


def switch(row: Row) -> Switch:
    """A row of `switches`."""
    return Switch(name=row["name"], on=bool(row["is_on"]), by=row["by"], at=row["at"])


def interest(row: Row) -> Interest:
    """A row of `interests`."""
    return Interest(output=row["output"], agency=row["agency"], person=row["person"], at=row["at"])


def channel(row: Row) -> ChannelKept:
    """A row of `channels`."""
    return ChannelKept(
        id=row["id"],
        kept_as=row["kept_as"],
        since=row["since"],
        away=Gone(row["away"]) if row["away"] else None,
        told_at=row["told_at"],
    )


def channel_values(value: ChannelKept) -> Values:
    """What `channels` keeps."""
    return {**asdict(value), "away": value.away.value if value.away else None}


def preview(row: Row) -> Preview:
    """A row of `previews`."""
    return Preview(
        due_at=row["due_at"],
        keys=tuple(row["keys"]),
        state=PreviewState(row["state"]),
        at=row["at"],
        message=row["message"],
        by=row["by"],
    )


def preview_values(value: Preview) -> Values:
    """What `previews` keeps."""
    return {**asdict(value), "keys": list(value.keys), "state": value.state.value}


def _without_id(value: Question | Comment | Evidence) -> Values:
    values = asdict(value)
    del values["id"]
    return values
