"""views.open, push, update and publish: triggers, the stack, hashes, what stays filled in."""

import pytest

from tests.sandbox.harness import (
    ANA,
    BEN,
    EVA,
    OPEN,
    Clock,
    field,
    home,
    modal,
    options,
    plain,
    refusal,
    refused,
    stand_in,
    web_client,
    without,
    workspace,
)


async def opened(slack, client, view=None, user=ANA):
    trigger = slack.triggers.issue(user, OPEN)
    return (await client.views_open(trigger_id=trigger, view=view or modal()))["view"]


def pushing(slack, client, view=None, user=ANA, **more):
    """A push with a trigger of something done in the form that is open."""
    top = slack.people.form(user)
    trigger = slack.triggers.issue(user, OPEN, top and top.id)
    return client.views_push(trigger_id=trigger, view=view or modal(**more))


async def test_a_form_opens_for_the_person_who_acted_and_is_described_as_slack_does(slack, client):
    view = await opened(slack, client, modal(callback_id="c", private_metadata="m"))
    assert slack.people.form(ANA).id == view["id"]
    assert slack.people.form(BEN) is None
    assert view.pop("hash")
    assert view == {
        "id": view["id"],
        "team_id": "T0SANDBOX",
        "type": "modal",
        "blocks": modal()["blocks"],
        "private_metadata": "m",
        "callback_id": "c",
        "state": {"values": {"word": {"word_value": {"type": "plain_text_input", "value": None}}}},
        "title": plain("Form"),
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": plain("Send"),
        "previous_view_id": None,
        "root_view_id": view["id"],
        "app_id": "A0SANDBOX",
        "external_id": "",
        "app_installed_team_id": "T0SANDBOX",
        "bot_id": "B0BOT",
    }


async def test_blocks_and_elements_without_ids_are_given_some(slack, client):
    bare = field("datepicker")
    del bare["block_id"], bare["element"]["action_id"]
    view = await opened(slack, client, modal(bare, {"type": "divider"}))
    assert view["blocks"][0]["element"]["action_id"]
    assert len({b["block_id"] for b in view["blocks"]}) == 2


async def test_a_trigger_is_good_once(slack, client):
    trigger = slack.triggers.issue(ANA, OPEN)
    await client.views_open(trigger_id=trigger, view=modal())
    again = client.views_open(trigger_id=trigger, view=modal())
    assert await refused(again) == "exchanged_trigger_id"


@pytest.mark.parametrize("trigger", ["1.2.abc", "nonsense", "12345.98765.abcd2358fdea"])
async def test_a_trigger_that_was_never_given_is_invalid(client, trigger):
    call = client.views_open(trigger_id=trigger, view=modal())
    assert await refused(call) == "invalid_trigger_id"


async def test_a_trigger_lives_three_seconds():
    clock = Clock()
    server = stand_in(monotonic=clock)
    await server.start()
    client = web_client(server)
    early, late = (server.triggers.issue(ANA, OPEN) for _ in range(2))
    clock.now += 2.9
    assert await client.views_open(trigger_id=early, view=modal())
    clock.now += 0.2
    call = client.views_open(trigger_id=late, view=modal())
    assert await refused(call) == "expired_trigger_id"
    await server.stop()


async def test_what_is_refused_leaves_the_trigger_unused(slack, client):
    trigger = slack.triggers.issue(ANA, OPEN)
    answer = await refusal(client.views_open(trigger_id=trigger, view=modal(title=plain("t" * 25))))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert await client.views_open(trigger_id=trigger, view=modal())


async def test_arguments_that_are_missing_are_named(client):
    for method in ("views.open", "views.push", "views.update", "views.publish"):
        answer = await refusal(client.api_call(method, json={"view": modal()}))
        assert answer["error"] == "invalid_arguments"
    assert await refused(client.views_open(trigger_id="1.2.a", view="no")) == "invalid_arguments"
    assert await refused(client.views_publish(user_id="U9", view=home())) == "user_not_found"


async def test_a_file_input_needs_the_scope_to_read_files():
    server = stand_in(without("files:read"))
    await server.start()
    client = web_client(server)
    call = client.views_open(
        trigger_id=server.triggers.issue(ANA, OPEN), view=modal(field("file_input"))
    )
    assert (await refusal(call))["needed"] == "files:read"
    await server.stop()


class TestStack:
    async def test_forms_lie_on_top_of_each_other_up_to_three(self, slack, client):
        root = await opened(slack, client)
        second = (await pushing(slack, client))["view"]
        third = (await pushing(slack, client))["view"]
        assert (second["previous_view_id"], third["previous_view_id"]) == (root["id"], second["id"])
        assert {v["root_view_id"] for v in (root, second, third)} == {root["id"]}
        assert await refused(pushing(slack, client)) == "push_limit_reached"
        assert slack.people.form(ANA).id == third["id"]

    async def test_nothing_is_pushed_where_no_form_is_open(self, slack, client):
        assert await refused(pushing(slack, client)) == "not_found"
        await opened(slack, client)
        view = slack.people.form(ANA)
        trigger = slack.triggers.issue(ANA, OPEN, view.id)
        slack.people.close(ANA)
        assert await refused(client.views_push(trigger_id=trigger, view=modal())) == "not_found"

    async def test_an_external_id_is_taken_once(self, slack, client):
        await opened(slack, client, modal(external_id="one"))
        assert await refused(pushing(slack, client, external_id="one")) == "duplicate_external_id"
        call = client.views_open(
            trigger_id=slack.triggers.issue(BEN, OPEN), view=modal(external_id="one")
        )
        assert await refused(call) == "duplicate_external_id"
        slack.people.close(ANA)
        assert await opened(slack, client, modal(external_id="one"))


class TestUpdate:
    async def test_a_view_is_found_by_either_id_until_it_is_closed(self, slack, client):
        view = await opened(slack, client, modal(external_id="mine"))
        new = modal(title=plain("New"), external_id="mine")
        await client.views_update(view_id=view["id"], view=new)
        await client.views_update(external_id="mine", view=new)
        assert slack.people.form(ANA).title == "New"
        slack.people.close(ANA)
        for named in ({"view_id": view["id"]}, {"external_id": "mine"}, {"view_id": "V1"}):
            assert await refused(client.views_update(view=new, **named)) == "not_found"

    async def test_an_old_hash_is_a_conflict(self, slack, client):
        view = await opened(slack, client)
        known = {"view_id": view["id"], "hash": view["hash"]}
        newer = (await client.views_update(view=modal(), **known))["view"]
        assert newer["hash"] != view["hash"]
        assert await refused(client.views_update(view=modal(), **known)) == "hash_conflict"

    async def test_what_was_filled_in_stays_where_block_and_action_are_the_same(
        self, slack, client
    ):
        view = await opened(
            slack, client, modal(field("plain_text_input", "a"), field("plain_text_input", "b"))
        )
        slack.people.fill(ANA, {"a": "one", "b": "two"})
        new = modal(field("plain_text_input", "a"), field("plain_text_input", "c"))
        now = (await client.views_update(view_id=view["id"], view=new))["view"]["state"]["values"]
        assert now["a"]["a_value"]["value"] == "one"
        assert now["c"]["c_value"]["value"] is None

    async def test_a_form_does_not_become_a_home(self, slack, client):
        view = await opened(slack, client)
        call = client.views_update(view_id=view["id"], view=home())
        assert await refused(call) == "invalid_arguments"


class TestHome:
    async def test_each_person_has_their_own(self, slack, client):
        for user in (ANA, BEN):
            await client.views_publish(user_id=user, view=home(callback_id=user))
        assert slack.people.home(ANA).spec["callback_id"] == ANA
        assert slack.people.home(BEN).spec["callback_id"] == BEN
        assert slack.people.form(ANA) is None

    async def test_publishing_again_keeps_the_id_and_changes_the_hash(self, slack, client):
        first = (await client.views_publish(user_id=ANA, view=home()))["view"]
        known = {"user_id": ANA, "hash": first["hash"]}
        second = (await client.views_publish(view=home(), **known))["view"]
        assert (second["id"], second["hash"] != first["hash"]) == (first["id"], True)
        assert await refused(client.views_publish(view=home(), **known)) == "hash_conflict"

    async def test_opening_it_tells_the_tab_and_what_is_published(self, slack, client):
        assert slack.people.open_home(ANA) is None
        await client.views_publish(user_id=ANA, view=home())
        slack.people.open_home(ANA)
        slack.people.open_home(ANA, "messages")
        first, second, third = (p["event"] for p in slack.deliveries.events)
        assert first.pop("event_ts")
        direct = slack.workspace.direct(ANA).id
        assert first == {"type": "app_home_opened", "user": ANA, "channel": direct, "tab": "home"}
        assert second["view"]["type"] == "home"
        assert (third["tab"], "view" in third) == ("messages", False)

    async def test_without_the_tab_nothing_is_published(self):
        server = stand_in(workspace(home_tab=False))
        await server.start()
        call = web_client(server).views_publish(user_id=ANA, view=home())
        assert await refused(call) == "not_enabled"
        await server.stop()


async def test_views_are_called_a_hundred_times_a_minute():
    server = stand_in(rate_limits=True, monotonic=Clock())
    await server.start()
    client = web_client(server)
    for _ in range(100):
        await client.views_publish(user_id=ANA, view=home())
    answer = await refusal(client.views_publish(user_id=ANA, view=home()))
    assert answer["error"] == "ratelimited"
    await server.stop()


async def test_somebody_of_another_workspace_has_a_view_of_theirs(slack, client):
    view = await opened(slack, client, user=EVA)
    assert (view["team_id"], view["app_installed_team_id"]) == ("T0PARTNER", "T0SANDBOX")


async def test_a_list_of_conversations_can_begin_with_the_one_here(slack, client):
    view = await opened(
        slack,
        client,
        modal(
            field({"type": "conversations_select", "default_to_current_conversation": True}),
            field({"type": "static_select", "options": options("a")}, "other"),
        ),
    )
    assert view["state"]["values"]["b"]["b_value"]["selected_conversation"] == OPEN
