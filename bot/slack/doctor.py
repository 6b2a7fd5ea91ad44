"""What `gmg doctor` says of Slack: tokens, scopes, channels, each with the cure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import TIMEOUT, delivery_error, explained, make_client
from bot.slack.manifest import SCOPES


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's: what was looked at, and the cure where it is wrong."""

    ok: bool
    what: str
    cure: str = ""


async def examine(
    bot_token: str,
    app_token: str | None,
    api_url: str,
    channels: Iterable[tuple[str, str | None]],
) -> list[Finding]:
    """Look at everything of Slack's that the bot needs; never shows a token.

    `channels`: (setting, channel id) of each channel that is set.
    """
    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        client = make_client(bot_token, api_url, session)
        findings, works = await _bot_token(client, api_url)
        if not works:
            return findings
        if app_token:
            findings.append(await _app_token(client, app_token, api_url))
        for setting, channel in channels:
            findings.append(await _channel(client, setting, channel))
        return findings


async def _bot_token(client: AsyncWebClient, api_url: str) -> tuple[list[Finding], bool]:
    try:
        answer = await client.auth_test()
    except Exception as error:
        what, _, cure = explained(error, "SLACK_BOT_TOKEN", api_url).partition("; ")
        return [Finding(False, what, cure)], False
    who = f"SLACK_BOT_TOKEN is of @{answer.get('user')} in {answer.get('team')}"
    findings = [Finding(True, who)]
    granted = {s.strip() for s in str(answer.headers.get("x-oauth-scopes", "")).split(",")}
    missing = [scope for scope in SCOPES if scope not in granted]
    if missing:
        findings.append(
            Finding(
                False,
                f"scopes missing: {', '.join(missing)}",
                "put what `gmg manifest` prints into the app's manifest and reinstall the app",
            )
        )
    else:
        findings.append(Finding(True, "all scopes of the manifest are granted"))
    return findings, True


async def _app_token(client: AsyncWebClient, app_token: str, api_url: str) -> Finding:
    try:
        await client.apps_connections_open(app_token=app_token)
    except Exception as error:
        what, _, cure = explained(error, "SLACK_APP_TOKEN", api_url).partition("; ")
        return Finding(False, what, cure or "make one with the scope connections:write")
    return Finding(True, "SLACK_APP_TOKEN opens Socket Mode connections")


async def _channel(client: AsyncWebClient, setting: str, channel: str | None) -> Finding:
    if not channel:
        return Finding(False, f"{setting} is not set", "set it to the id of the group's channel")
    try:
        answer = await client.conversations_info(channel=channel)
    except Exception as error:
        code = delivery_error(error).code
        return Finding(
            False,
            f"{setting}: {channel} cannot be read ({code})",
            "check the id (C…, from the channel's details) and invite the bot to the channel",
        )
    found: dict[str, Any] = answer["channel"]
    name = f"{setting}: #{found.get('name') or channel}"
    if found.get("is_archived"):
        return Finding(False, f"{name} is archived", "unarchive it, or set another channel")
    if not found.get("is_member"):
        return Finding(False, f"{name}: the bot is not a member", "invite the bot to the channel")
    return Finding(True, f"{name}: the bot is a member")
