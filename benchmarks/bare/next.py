"""The least that `gmg next` has to do: import the libraries, read the file, make the days off."""

import sys
from pathlib import Path

import holidays
import pydantic  # noqa: F401
import typer  # noqa: F401
from ruamel.yaml import YAML

plan = YAML(typ="safe", pure=True).load(Path(sys.argv[1]))
for code in plan["calendar"]["countries"]:
    country, _, subdivision = code.partition("-")
    holidays.country_holidays(
        country,
        subdiv=subdivision or None,
        years=(plan["plan"]["year"],),
        expand=False,
        language="en_US",
    )
