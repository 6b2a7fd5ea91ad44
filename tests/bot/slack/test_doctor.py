"""The doctor names what is wrong and the cure, and shows no token."""

import dataclasses

from bot.slack.doctor import examine
from tests.bot.slack.harness import CHANNEL


async def looked_at(slack, bot_token=None, app_token=None, channels=(), url=None):
    spec = slack.spec
    return await examine(
        bot_token or spec.bot_token, app_token or spec.app_token, url or slack.api_url, channels
    )


async def test_a_healthy_installation_is_all_ok(slack):
    findings = await looked_at(slack, channels=[("GMG_CHANNEL", CHANNEL)])
    assert all(f.ok for f in findings), findings
    assert len(findings) == 4


async def test_wrong_tokens_are_named_and_not_shown(slack):
    (finding,) = await looked_at(slack, bot_token="xoxb-wrong-1")
    assert not finding.ok and "SLACK_BOT_TOKEN" in finding.what and finding.cure
    findings = await looked_at(slack, app_token="xapp-wrong-2")
    wrong = [f for f in findings if not f.ok]
    assert len(wrong) == 1 and "SLACK_APP_TOKEN" in wrong[0].what and wrong[0].cure
    assert "wrong-" not in str([finding, *findings])


async def test_missing_scopes_are_listed(slack):
    slack.spec = dataclasses.replace(slack.spec, scopes="chat:write,commands")
    findings = await looked_at(slack)
    (missing,) = (f for f in findings if not f.ok and "manifest" in f.cure)
    assert all(scope in missing.what for scope in ("users:read", "files:read", "files:write"))


async def test_channels_the_bot_cannot_use_are_named(slack):
    channels = [("GMG_CHANNEL", None), ("GMG_CHANNEL", "C2"), ("GMG_CLEARANCE_CHANNEL", "C9NONE")]
    wrong = [f for f in await looked_at(slack, channels=channels) if not f.ok]
    assert len(wrong) == 3 and all(f.cure for f in wrong)


async def test_an_unreachable_slack_is_one_line(slack):
    (finding,) = await looked_at(slack, url="http://127.0.0.1:9/api/")
    assert not finding.ok
    assert "SLACK_API_URL or the network" in finding.cure
