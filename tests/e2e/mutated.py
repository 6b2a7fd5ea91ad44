"""Requests that nobody should send: random ones, and real ones with something in them changed."""

import copy
import json
from itertools import count
from urllib.parse import urlencode

from hypothesis import strategies as st

KINDS = ("events_api", "slash_commands", "interactive")


def _deep(levels):
    value = "bottom"
    for _ in range(levels):
        value = [value]
    return value


ODD = (
    *(None, True, False, 0, -1, 1.5, 10**30, 1e308),
    *([], {}, [[]], [{}], [None], {"id": 1}, {"id": "UILO"}, _deep(60), _deep(300)),
    *("", " ", "\x00", "a\x00b", "\ud800", "\u202eabc\u2066", "<!channel> <@U0BOT> *a* `b`"),
    *("-1", "1e400", "nan", "9" * 400, "1|2|3|4", "|", "{}", "[[", "2010-13-45", "99:99"),
    '{"form": 1, "channel": [], "message": {}}\n1',
    '{"form": "close", "channel": "C0GROUP"}\n1',
    *("gmg_made_up:0", "gmg_position:0", "gmg_close:0", "gmg_join_accept:0", "made_up_tomorrow"),
    *("view_submission", "block_actions", "event_callback", "message_action", "reaction_added"),
    *("UILO", "UUNDP", "U0SECRETARIAT", "U0NOBODY", "U0BOT", "T9OTHER", "A9OTHER", "C9OTHER"),
    *("https://192.0.2.1/", "x" * 5_000),
)
"""What takes the place of something: other types, other people's ids, what is hard to read."""

_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec=None), max_size=30),
)
_keys = st.sampled_from(("type", "event", "user", "view", "team", "id", "actions", "command"))
_json = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=10,
)
_numbers = count(1)


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


def _places(value, found=()):
    """The way to everything that stands in a value."""
    for key, held in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*found, key)
        if isinstance(held, dict | list):
            yield from _places(held, (*found, key))


def _holder(value, way):
    for key in way[:-1]:
        value = value[key]
    return value


@st.composite
def _changed(draw, real):
    """One of the real (kind, payload), with up to three things left out, replaced or swapped."""
    kind, payload = real[draw(st.integers(0, len(real) - 1))]
    made = fresh(payload)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(made))
        if not places:
            break
        way = places[draw(st.integers(0, len(places) - 1))]
        holder, key = _holder(made, way), way[-1]
        match draw(st.sampled_from(("without", "odd", "odd", "odd", "swapped"))):
            case "without":
                del holder[key]
            case "odd":
                holder[key] = copy.deepcopy(draw(st.sampled_from(ODD) | _scalars))
            case _:
                other = places[draw(st.integers(0, len(places) - 1))]
                holder[key] = copy.deepcopy(_holder(made, other)[other[-1]])
    return kind, made


def requests(real):
    """(kind, payload): mostly changed real ones; some random JSON, some random bytes."""
    kinds = st.sampled_from(KINDS)
    noise = st.tuples(kinds, _json) | st.tuples(kinds, st.binary(max_size=200))
    return st.integers(0, 9).flatmap(lambda n: noise if n == 0 else _changed(real))


def body_of(kind, payload):
    """The body and content type of a request over HTTP."""
    if isinstance(payload, bytes):
        return payload, ("application/json", "application/x-www-form-urlencoded")[len(payload) % 2]
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    if kind == "slash_commands" and isinstance(payload, dict):
        fields = {k: v if isinstance(v, str) else json.dumps(v) for k, v in payload.items()}
        encoded = urlencode(fields, errors="surrogatepass")
    else:
        encoded = urlencode({"payload": json.dumps(payload)})
    return encoded.encode(), "application/x-www-form-urlencoded"
