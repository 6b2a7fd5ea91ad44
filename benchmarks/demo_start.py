"""`gmg demo` from its start to the bot's answer to `/gmg next` on the page, in real seconds."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from benchmarks.figures import Figure
from benchmarks.processes import GMG, Place, place
from benchmarks.serving import free_port

TIMES, COLD_TIMES = 5, 3
LIMIT = 5.0  # seconds
GIVEN_UP = 60.0  # seconds
_HTTP = build_opener(ProxyHandler({}))


def measure() -> list[Figure]:
    """The medians of several starts, and of some with nothing compiled, Python's own neither."""
    with place() as where:
        warmed = [_answered(where) for _ in range(TIMES + 1)][1:]
    with place(compiled=False) as where:
        first = [_answered(where) for _ in range(COLD_TIMES)]
    what = "`gmg demo`: from its start to the answer to `/gmg next`"
    return [
        Figure("demo", what, "–", statistics.median(warmed), "s", LIMIT),
        Figure(
            "demo", "a first start, with nothing compiled yet", "–", statistics.median(first), "s"
        ),
    ]


def _answered(where: Place) -> float:
    """Seconds from the start of a demo until its bot answered a command; then ends the demo."""
    port = free_port()
    began = time.monotonic()
    command = (*GMG, "demo", "--no-browser", "--port", str(port))
    with subprocess.Popen(
        command, cwd=where.folder, env=where.environment(), stdout=subprocess.DEVNULL
    ) as process:
        try:
            while not _asks_and_sees(f"http://127.0.0.1:{port}/sandbox/"):
                if process.poll() is not None or time.monotonic() - began > GIVEN_UP:
                    raise RuntimeError("the demo did not answer")
                time.sleep(0.02)
            return time.monotonic() - began
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _asks_and_sees(page: str) -> bool:
    """Ask `/gmg next` as the page does once the bot is there; whether its answer is shown."""
    try:
        state = _json(f"{page}state")
        if not state["bot"]["online"]:
            return False
        me = state["me"]["id"]
        channel = next(c["id"] for c in state["channels"] if c["kind"] == "channel")
        asked = {"user": me, "channel": channel, "text": f"{state['command']} next"}
        if not _json(f"{page}send", asked)["ok"]:
            return False
        shown = _json(f"{page}messages?{urlencode({'user': me, 'channel': channel})}")
    except (URLError, ConnectionError, StopIteration):
        return False
    answers = [m for m in shown["messages"] if m["is_bot"] and m["ephemeral"]]
    return any(m["text"] and m["blocks"] for m in answers)


def _json(address: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    with _HTTP.open(Request(address, data, headers), timeout=10) as answer:
        return json.load(answer)
