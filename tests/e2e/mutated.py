"""Requests that nobody should send: random ones, and real ones with something in them changed."""

import copy
import json
from itertools import count

from hypothesis import strategies as st

ODD_WORDS = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\u202eabc\u2066",
    "<!channel> <@U0BOT> *a* `b`",
    "-1",
    "1e400",
    "nan",
    "9" * 400,
    "1|2|3|4",
    "|",
    "{}",
    "[[",
    '{"form": 1, "channel": [], "message": {}}\n1',
    "gmg_made_up:0",
    "gmg_position:0",
    "made_up_tomorrow",
    "view_submission",
    "event_callback",
    "U0NOBODY",
    "UILO",
    "T9OTHER",
    "A9OTHER",
    "C9OTHER",
    "https://192.0.2.1/",
    "x" * 5_000,
)


def _deep(levels):
    value = "bottom"
    for _ in range(levels):
        value = [value]
    return value


ODD = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**30,
    1e308,
    [],
    {},
    [[]],
    [{}],
    [None],
    {"id": 1},
    _deep(60),
)
_numbers = count(1)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec=None), max_size=30),
)
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("type", "event", "user", "view", "team", "id", "actions", "command")),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)
odd_values = st.sampled_from(ODD) | st.sampled_from(ODD_WORDS) | scalars


def fresh(payload):
    """A copy that is no repeat of what was sent before."""
    made, number = copy.deepcopy(payload), next(_numbers)
    if "event_id" in made:
        made["event_id"] = f"EvFUZZ{number}"
        if "ts" in made["event"]:
            made["event"]["ts"] = f"1700000000.{number:06d}"
    if "trigger_id" in made:
        made["trigger_id"] = f"{number}.fuzz"
    if "view" in made:
        made["view"]["hash"] = f"{number}.fuzz"
    return made


def _places(value, found=(), into=None):
    """Where something stands: the way to each value in it."""
    into = [] if into is None else into
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, held in inner:
        into.append((*found, key))
        if isinstance(held, dict | list):
            _places(held, (*found, key), into)
    return into


def _holder(value, way):
    for key in way[:-1]:
        value = value[key]
    return value


@st.composite
def mutations(draw, real):
    """A (kind, payload) of `real`, with up to three of its values left out, replaced or swapped."""
    kind, payload = real[draw(st.integers(0, len(real) - 1))]
    made = fresh(payload)
    for _ in range(draw(st.integers(1, 3))):
        places = _places(made)
        if not places:
            break
        way = places[draw(st.integers(0, len(places) - 1))]
        holder, key = _holder(made, way), way[-1]
        match draw(st.sampled_from(("without", "odd", "odd", "odd", "swapped"))):
            case "without":
                del holder[key]
            case "odd":
                holder[key] = copy.deepcopy(draw(odd_values))
            case _:
                other = places[draw(st.integers(0, len(places) - 1))]
                holder[key] = copy.deepcopy(_holder(made, other)[other[-1]])
    return kind, made


def requests(real):
    """What is sent: mostly changed real requests, some of random JSON, some that are no JSON."""
    kinds = st.sampled_from(("events_api", "slash_commands", "interactive"))
    changed = mutations(real)
    rest = st.tuples(kinds, json_values) | st.tuples(kinds, st.binary(max_size=200))
    return st.integers(0, 9).flatmap(lambda n: rest if n == 0 else changed)


def as_json(payload):
    """As JSON; lone surrogates stay escaped."""
    return json.dumps(payload)
