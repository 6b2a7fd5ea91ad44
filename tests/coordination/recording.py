"""The form for answers that came by e-mail or phone, filled in."""

from __future__ import annotations

from datetime import date

import pytest

from coordination.messages.forms import FormName, Incomplete
from tests.coordination.desk import SECRETARY


def entered(agency, position="cleared|", **more):
    """What is entered of one agency; parts are named as the form's fields."""
    values = {
        "position": position,
        "on": date(2027, 1, 4),
        "from": "Ms Doe",
        "how": "e-mail",
        "quote": "We agree.",
        **{key.rstrip("_"): value for key, value in more.items()},
    }
    return {f"{part}:{agency}": value for part, value in values.items()}


async def opened(desk, *agencies, item="draft"):
    """The form for these agencies."""
    who = await desk.form(SECRETARY, f"record {item}")
    form = await desk.submit(SECRETARY, who, agencies=agencies)
    assert form.name is FormName.RECORD
    return form


async def recorded(desk, *entries, item="draft"):
    """The reply to a form filled in for these."""
    values = {key: value for entry in entries for key, value in entry.items()}
    agencies = dict.fromkeys(key.partition(":")[2] for key in values)
    form = await opened(desk, *agencies, item=item)
    return await desk.submit(SECRETARY, form, **values)


def acts(desk, number=1):
    return desk.services.snapshot.state.acts.get(number, ())


async def amiss(desk, form, **values):
    """What is said at the fields of a form that is not taken."""
    with pytest.raises(Incomplete) as wrong:
        await desk.submit(SECRETARY, form, **values)
    return wrong.value.errors
