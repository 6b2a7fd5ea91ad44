"""Settings from the environment, read once; a bad one is named in one line, secrets never shown."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SHIPPED_PLAN = Path(__file__).parent / "plans" / "gmg-2010.yaml"
"""The plan that is used where `GMG_PLAN` names none."""

DEFAULT_DATABASE = "sqlite:///var/gmg.db"


class SettingsProblem(Exception):
    """A setting is missing or wrong; the text is one line that names it and the cure."""


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("needs an offset, such as 2010-01-04T08:00:00+01:00")
    return instant


def _iso(text: object) -> object:
    """Only ISO 8601: pydantic alone would read a bare number as seconds since 1970."""
    if not isinstance(text, str):
        return text
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is not an ISO instant, such as 2010-01-04T08:00:00+01:00") from None


def _slack_url(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("is not a web address; leave it out for Slack itself")
    return url if url.endswith("/") else url + "/"


def _channel_id(text: str) -> str:
    if not text.isalnum() or not text.isupper():
        raise ValueError("is not a channel id such as C012AB3CD; it ends the channel's details")
    return text


def _command(name: str) -> str:
    if not name.startswith("/") or len(name) > 32 or not name[1:].replace("-", "").isalnum():
        raise ValueError("is not a slash command; write it like /gmg")
    return name


def _user_ids(text: object) -> object:
    if not isinstance(text, str):
        return text
    ids = [part.strip().rpartition(":")[2] for part in text.split(",") if part.strip()]
    for user in ids:
        if not user.isalnum() or user[0] not in "UW":
            raise ValueError("holds something that is not a user id such as U012AB3CD")
    return frozenset(ids)


class Settings(BaseSettings):
    """All settings; the names of the environment variables stand in the README."""

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, env_ignore_empty=True, populate_by_name=True
    )

    bot_token: SecretStr | None = Field(
        None, validation_alias=AliasChoices("SLACK_BOT_TOKEN"), description="xoxb-… of the app"
    )
    app_token: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SLACK_APP_TOKEN"),
        description="xapp-… ; when set, the bot uses Socket Mode",
    )
    signing_secret: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SLACK_SIGNING_SECRET"),
        description="signs requests over HTTP",
    )
    slack_api_url: Annotated[str, AfterValidator(_slack_url)] = Field(
        "https://slack.com/api/",
        validation_alias=AliasChoices("SLACK_API_URL"),
        description="Slack's Web API",
    )
    plan: Path = Field(
        SHIPPED_PLAN,
        validation_alias=AliasChoices("GMG_PLAN"),
        description="the plan file (default: the shipped 2010 plan)",
    )
    database_url: str = Field(
        DEFAULT_DATABASE,
        validation_alias=AliasChoices("GMG_DATABASE_URL"),
        description="sqlite:///FILE or postgresql://…",
    )
    channel: Annotated[str, AfterValidator(_channel_id)] | None = Field(
        None, validation_alias=AliasChoices("GMG_CHANNEL"), description="channel id for notices"
    )
    clearance_channel: Annotated[str, AfterValidator(_channel_id)] | None = Field(
        None,
        validation_alias=AliasChoices("GMG_CLEARANCE_CHANNEL"),
        description="channel id for circulations (default: the same)",
    )
    secretariat: Annotated[frozenset[str], NoDecode, BeforeValidator(_user_ids)] = Field(
        frozenset(),
        validation_alias=AliasChoices("GMG_SECRETARIAT"),
        description="user ids of the chair's secretariat, comma-separated",
    )
    command: Annotated[str, AfterValidator(_command)] = Field(
        "/gmg", validation_alias=AliasChoices("GMG_COMMAND"), description="the slash command"
    )
    clock: Annotated[datetime, BeforeValidator(_iso), AfterValidator(_aware)] | None = Field(
        None,
        validation_alias=AliasChoices("GMG_CLOCK"),
        description="an ISO instant at which plan time starts instead of now",
    )
    clock_since: Annotated[datetime, BeforeValidator(_iso), AfterValidator(_aware)] | None = Field(
        None,
        validation_alias=AliasChoices("GMG_CLOCK_SINCE"),
        description="the real instant at which plan time was GMG_CLOCK (default: the start)",
    )
    clock_speed: float = Field(
        1.0,
        ge=0,
        le=1_000_000,
        validation_alias=AliasChoices("GMG_CLOCK_SPEED"),
        description="seconds of plan time per second",
    )
    port: int = Field(
        8000,
        ge=0,
        le=65535,
        validation_alias=AliasChoices("PORT"),
        description="where HTTP and health answer",
    )
    log_format: Literal["console", "json"] = Field(
        "console", validation_alias=AliasChoices("GMG_LOG_FORMAT"), description="console or json"
    )

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log line may show: the tokens, the signing secret, the database's password."""
        kept = (self.bot_token, self.app_token, self.signing_secret)
        shown = [s.get_secret_value() for s in kept if s is not None]
        # As it stands in the address, before its host or as an option, and as a server is sent it.
        written = ["".join(found) for found in _PASSWORDS.findall(self.database_url)]
        return (*shown, *written, *(unquote(p) for p in written))

    @property
    def socket_mode(self) -> bool:
        """Whether the bot connects to Slack by itself instead of being called over HTTP."""
        return self.app_token is not None


_PLAIN = {"int_parsing": "is not a whole number", "float_parsing": "is not a number"}
"""In the place of what the library says of these."""


_PASSWORDS = re.compile(r"://[^:/@]*:([^@]+)@|password=([^&]+)")


def read_settings() -> Settings:
    """Read the environment; raises SettingsProblem with one line for the first bad setting."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsProblem(_sentence(error)) from None


def require_slack(settings: Settings) -> str:
    """The bot token; raises SettingsProblem unless all that `gmg serve` needs of Slack is there."""
    token = settings.bot_token.get_secret_value() if settings.bot_token else ""
    if not token:
        raise SettingsProblem(
            "SLACK_BOT_TOKEN is not set; copy the bot token (xoxb-…) from the app's page "
            "“OAuth & Permissions”, or try `gmg demo`, which needs none"
        )
    if not token.startswith("xoxb-"):
        raise SettingsProblem("SLACK_BOT_TOKEN is not a bot token; it begins with xoxb-")
    if settings.app_token is not None:
        if not settings.app_token.get_secret_value().startswith("xapp-"):
            raise SettingsProblem("SLACK_APP_TOKEN is not an app-level token; it begins with xapp-")
    elif settings.signing_secret is None:
        raise SettingsProblem(
            "set SLACK_APP_TOKEN (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"
        )
    return token


def variables() -> list[tuple[str, str, str]]:
    """(variable, meaning, default) of every setting, for `gmg serve --help` and the README."""
    rows = []
    for field in Settings.model_fields.values():
        alias = field.validation_alias
        name = str(alias.choices[0]) if isinstance(alias, AliasChoices) else str(alias)
        default = field.default
        shown = (
            ""
            if default in (None, frozenset(), SHIPPED_PLAN)
            else f"{default:g}"
            if isinstance(default, float)
            else str(default)
        )
        rows.append((name, field.description or "", shown))
    return rows


def _sentence(error: ValidationError) -> str:
    """The first problem as `NAME: what is wrong`, without the value: it may be a secret."""
    first = error.errors(include_input=False, include_context=False, include_url=False)[0]
    name = str(first["loc"][0])
    said = _PLAIN.get(first["type"]) or first["msg"].removeprefix("Value error, ")
    return f"{name}: {said[0].lower()}{said[1:]}"
