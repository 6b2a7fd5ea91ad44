"""The page of the sandbox in headless Chromium, with a small app of the test's own behind it."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import ViewportSize, expect

from tests.sandbox.harness import plain
from tests.sandbox.stage import (
    NARROW,
    WIDE,
    Stage,
    messages,
    mrkdwn,
    write,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_a_command_is_completed_by_keyboard_and_answered_to_the_asker_alone(
    stage: Stage,
) -> None:
    page = await stage.open("?user=USEC")
    other = await stage.open("?user=UJUL")
    composer = page.get_by_test_id("composer")
    await composer.press_sequentially("/gmg ")
    await expect(page.get_by_test_id("completion")).to_have_count(3)
    await composer.press_sequentially("n")
    await expect(page.get_by_test_id("completion")).to_have_attribute("data-name", "next")
    await composer.press("Tab")
    await expect(composer).to_have_value("/gmg next ")
    await composer.press_sequentially("3")
    await composer.press("Enter")
    answer = messages(page).last
    await expect(answer).to_contain_text("Only visible to you")
    await expect(answer.locator("code")).to_have_text("next 3")
    await expect(composer).to_have_value("")
    await write(other, "hello")
    await expect(messages(other)).to_have_count(1)


async def test_enter_sends_a_whole_command_though_completions_are_open(stage: Stage) -> None:
    page = await stage.open()
    composer = page.get_by_test_id("composer")
    for typed in ("/gmg", "/gmg next"):
        await composer.press_sequentially(typed)
        await expect(page.get_by_test_id("composer-completions")).to_be_visible()
        await composer.press("Enter")
        await expect(composer).to_have_value("")
    await expect(messages(page)).to_have_count(2)


async def test_escape_closes_the_completions_and_arrows_choose_one(stage: Stage) -> None:
    page = await stage.open()
    composer = page.get_by_test_id("composer")
    await composer.press_sequentially("/gmg ")
    await composer.press("Escape")
    await expect(page.get_by_test_id("composer-completions")).to_be_hidden()
    await composer.press_sequentially("m")
    await composer.press("Escape")
    await composer.press("Backspace")
    await composer.press("ArrowDown")
    await composer.press("ArrowDown")
    await composer.press("Enter")
    await expect(composer).to_have_value("/gmg next ")


async def test_somebody_is_mentioned_by_part_of_the_name(stage: Stage) -> None:
    page = await stage.open("?user=USEC")
    composer = page.get_by_test_id("composer")
    await composer.press_sequentially("@ros")
    await composer.press("Enter")
    await composer.press_sequentially("and @gm")
    await composer.press("Tab")
    await composer.press_sequentially("next")
    await composer.press("Enter")
    await expect(messages(page).locator(".mention")).to_have_text(["@Julia Rossi", "@gmg"])


async def test_an_unanswered_command_is_told_and_what_was_written_stays(stage: Stage) -> None:
    stage.app.silent = True
    page = await stage.open()
    await write(page, "/gmg next")
    await expect(page.get_by_test_id("toast")).to_have_count(1)
    await expect(page.get_by_test_id("toast")).to_contain_text("failed")
    await expect(page.get_by_test_id("composer")).to_have_value("/gmg next")


async def test_a_reaction_is_given_taken_away_and_seen_by_others(stage: Stage) -> None:
    posted = stage.post("For clearance")
    page = await stage.open("?user=UJUL")
    other = await stage.open("?user=USEC")
    await page.get_by_test_id("react-add").click()
    await page.locator('[data-testid=palette-item][data-name="white_check_mark"]').click()
    chip = page.get_by_test_id("reaction")
    await expect(chip).to_have_attribute("aria-pressed", "true")
    await expect(other.get_by_test_id("reaction")).to_have_attribute("aria-pressed", "false")
    assert await other.get_by_test_id("reaction").get_attribute("aria-label") == (
        "white check mark, 1: Julia Rossi"
    )
    await other.get_by_test_id("reaction").click()
    await expect(chip).to_contain_text("2")
    await chip.focus()
    await page.keyboard.press("Enter")
    await expect(chip).to_have_attribute("aria-pressed", "false")
    assert posted.reactions == {"white_check_mark": ["USEC"]}


async def test_a_reaction_can_be_given_with_the_keyboard_alone(stage: Stage) -> None:
    posted = stage.post("For clearance")
    page = await stage.open()
    await expect(messages(page)).to_have_count(1)
    await messages(page).first.focus()
    await page.keyboard.press("r")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("reaction")).to_have_count(1)
    assert len(posted.reactions) == 1


async def test_a_reply_goes_into_the_thread_and_the_channel_tells_how_many(stage: Stage) -> None:
    stage.post("For clearance")
    page = await stage.open()
    await page.get_by_test_id("thread-open").click()
    await page.get_by_test_id("thread-composer").fill("Is the annex part of it?")
    await page.get_by_test_id("thread-composer").press("Enter")
    thread = page.locator("#thread-messages").get_by_test_id("message")
    await expect(thread).to_have_count(2)
    await expect(messages(page)).to_have_count(1)
    await expect(page.get_by_test_id("thread-replies")).to_contain_text("1 reply")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("thread")).to_be_hidden()
    await expect(messages(page).first).to_be_focused()


async def test_a_press_is_confirmed_first_and_lists_and_dates_tell_what_was_chosen(
    stage: Stage,
) -> None:
    confirm = {
        "title": plain("Sure?"),
        "text": plain("This cannot be undone."),
        "confirm": plain("Do it"),
        "deny": plain("Not now"),
    }
    options = [{"text": plain(name), "value": name} for name in ("one", "two")]
    stage.post(
        "Choose",
        [
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "done",
                        "text": plain("Done"),
                        "value": "v",
                        "confirm": confirm,
                    },
                    {
                        "type": "static_select",
                        "action_id": "pick",
                        "placeholder": plain("Pick"),
                        "options": options,
                    },
                    {"type": "overflow", "action_id": "more", "options": options},
                    {"type": "datepicker", "action_id": "day", "initial_date": "2010-02-08"},
                ],
            }
        ],
    )
    page = await stage.open()
    done = page.get_by_role("button", name="Done")
    await done.click()
    await page.get_by_test_id("confirm-no").click()
    await expect(page.get_by_test_id("confirm")).to_have_count(0)
    await expect(done).to_be_focused()
    await done.click()
    await page.get_by_role("button", name="Do it").click()
    await expect(done).not_to_have_attribute("aria-busy", "true")
    await page.get_by_role("combobox", name="Pick").select_option("two")
    await page.get_by_role("button", name="More actions", exact=True).click()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.get_by_test_id("block-date").fill("2010-03-01")
    await page.get_by_test_id("block-date").press("Enter")
    async with asyncio.timeout(5):
        button, *others = [await stage.app.presses.get() for _ in range(4)]
    assert button["value"] == "v"
    chosen = [one.get("selected_option", {}).get("value") or one["selected_date"] for one in others]
    assert chosen == ["two", "two", "2010-03-01"]


async def test_what_a_message_says_never_becomes_markup_or_a_harmful_link(stage: Stage) -> None:
    harm = "<img src=x onerror=alert(1)>"
    page = await stage.open("?user=USEC")
    await write(page, f"{harm} & <!channel> *bold* <https://example.org|x>")
    said = messages(page).last.locator(".body")
    await expect(said).to_have_text(f"{harm} & <!channel> bold <https://example.org|x>")
    await expect(said.locator("strong")).to_have_text("bold")
    stage.post(
        harm,
        [
            {"type": "section", "text": mrkdwn(f"{harm} <javascript:alert(1)|click> &lt;b&gt;")},
            {"type": "header", "text": plain(harm)},
            {"type": "table", "rows": [[{"type": "raw_text", "text": harm}]]},
        ],
    )
    await expect(messages(page)).to_have_count(2)
    assert await page.locator("#messages img, #messages b").count() == 0
    assert await page.locator('#messages a:not([href^="http"])').count() == 0


async def test_mrkdwn_reads_as_in_slack(stage: Stage) -> None:
    moment = f"<!date^{int(datetime(2010, 3, 12, 17, tzinfo=UTC).timestamp())}"
    stage.post(
        "*b* _i_ ~s~ `c*d*` snake_case_name 2*3*4 :eyes: :nothing_known: &lt;x&gt; &amp;amp;\n"
        "&gt; quoted\n"
        f"<@UJUL> <#C2> <https://example.org/a?b=1&amp;c=2|the plan> {moment}"
        "^{date_short} {time}|Fri 12 March 18:00>\n```\na <b\n```"
    )
    page = await stage.open("?user=UJUL")
    body = messages(page).first.locator(".body")
    for tag, text in {
        "strong": "b", "em": "i", "s": "s", "code": "c*d*", "blockquote": "quoted", "pre": "a <b",
        "time": "Mar 12, 2010 12:00", "a": "the plan",
    }.items():  # fmt: skip
        await expect(body.locator(tag)).to_have_text(text)
    await expect(body.locator("a")).to_have_attribute("href", "https://example.org/a?b=1&c=2")
    await expect(body.locator(".mention")).to_have_text(["@Julia Rossi", "#drafts"])
    await expect(body.get_by_role("img", name="eyes")).to_be_visible()
    await expect(body).to_contain_text("snake_case_name 2*3*4")
    await expect(body).to_contain_text(":nothing_known: <x> &amp;")


async def test_rich_text_and_tables_are_shown(stage: Stage) -> None:
    def section(*parts: dict[str, Any]) -> dict[str, Any]:
        return {"type": "rich_text_section", "elements": list(parts)}

    def text(words: str, **style: bool) -> dict[str, Any]:
        return {"type": "text", "text": words, "style": style}

    items = [section(text("one", bold=True)), section({"type": "user", "user_id": "UJUL"})]
    stage.post(
        "rich",
        [
            {
                "type": "rich_text",
                "elements": [
                    {"type": "rich_text_list", "style": "bullet", "elements": items},
                    {"type": "rich_text_quote", "elements": [text("the plan's words")]},
                ],
            },
            {
                "type": "table",
                "rows": [
                    [{"type": "raw_text", "text": "What"}, {"type": "raw_text", "text": "When"}],
                    [{"type": "raw_text", "text": "Call"}, {"type": "raw_text", "text": "March"}],
                ],
            },
        ],
    )
    page = await stage.open()
    shown = messages(page).first
    await expect(shown.get_by_role("listitem")).to_have_text(["one", "@Julia Rossi"])
    await expect(shown.locator("blockquote")).to_have_text("the plan's words")
    await expect(shown.get_by_role("columnheader")).to_have_text(["What", "When"])
    await expect(shown.get_by_role("cell")).to_have_text(["Call", "March"])


async def test_the_clock_is_read_in_its_zone_and_moved(stage: Stage) -> None:
    stage.post("before")
    page = await stage.open()
    now = page.get_by_test_id("clock-now")
    await expect(now).to_have_text("Mon 4 January 2010, 08:00 Geneva")
    await page.get_by_test_id("clock-hour").click()
    await expect(now).to_have_text("Mon 4 January 2010, 09:00 Geneva")
    await page.get_by_test_id("clock-day").click()
    await expect(now).to_have_text("Tue 5 January 2010, 09:00 Geneva")
    await page.get_by_test_id("clock-next").click()
    await expect(now).to_have_text("Mon 25 January 2010, 09:00 Geneva")
    await expect(messages(page).last).to_contain_text("In 10 working days: meeting")
    await expect(page.get_by_test_id("day")).to_have_text(
        ["Monday 4 January 2010", "Monday 25 January 2010"]
    )
    await expect(page.get_by_test_id("live")).to_contain_text("gmg: In 10 working days: meeting")
    play = page.get_by_test_id("clock-play")
    await play.click()
    await expect(play).to_have_text("Pause")
    assert stage.clock.speed == 600
    await play.click()
    await expect(play).to_have_text("Play")


async def test_who_acts_and_the_channel_are_kept_in_the_address(stage: Stage) -> None:
    page = await stage.open()
    stage.post("only for Julia", ephemeral_to="UJUL")
    await page.get_by_test_id("act-as").select_option("UJUL")
    await expect(page.get_by_test_id("me")).to_contain_text("Julia Rossi")
    await page.get_by_test_id("channel-drafts").click()
    await expect(page.locator("h1")).to_have_text("#drafts")
    await page.reload()
    await expect(page.get_by_test_id("me")).to_contain_text("Julia Rossi")
    await expect(page.locator("h1")).to_have_text("#drafts")
    await page.go_back()
    await expect(page.locator("h1")).to_have_text("#gmg")


async def test_unread_messages_are_marked_until_their_channel_is_opened(stage: Stage) -> None:
    page = await stage.open("?user=USEC&channel=C1")
    stage.post("a draft", user="UJUL", channel="C2")
    mark = page.get_by_test_id("channel-drafts").get_by_test_id("unread")
    await expect(mark).to_contain_text("1")
    await page.get_by_test_id("channel-drafts").click()
    await expect(messages(page)).to_have_count(1)
    await expect(mark).to_have_count(0)


async def test_a_click_counts_where_the_list_of_channels_is_redrawn_in_the_middle_of_it(
    stage: Stage,
) -> None:
    page = await stage.open("?user=USEC&channel=C1")
    entry = page.get_by_test_id("channel-drafts")
    await entry.hover()
    await page.mouse.down()
    stage.post("a draft", user="UJUL", channel="C2")
    await expect(entry.get_by_test_id("unread")).to_contain_text("1")
    await page.mouse.up()
    await expect(page.locator("h1")).to_have_text("#drafts")


async def test_the_scroll_position_is_kept_unless_at_the_end(stage: Stage) -> None:
    for number in range(40):
        stage.post(f"message {number}")
    page = await stage.open()
    await expect(messages(page)).to_have_count(40)
    scroll = page.locator("#scroll")
    stage.post("seen at once")
    await expect(messages(page).last).to_be_in_viewport()
    await expect(messages(page).last).to_contain_text("seen at once")
    await scroll.evaluate("place => { place.scrollTop = 100; }")
    stage.post("further down")
    await expect(page.get_by_test_id("to-end")).to_be_visible()
    assert await scroll.evaluate("place => place.scrollTop") == 100
    await page.get_by_test_id("to-end").click()
    await expect(messages(page).last).to_be_in_viewport()
    await expect(page.get_by_test_id("to-end")).to_be_hidden()


async def test_an_answer_higher_than_the_window_is_read_from_its_beginning(stage: Stage) -> None:
    for number in range(20):
        stage.post(f"message {number}")
    page = await stage.open(size=NARROW)
    await expect(messages(page)).to_have_count(20)
    stage.post("\n".join(["a long answer"] * 60))
    await expect(messages(page)).to_have_count(21)
    await expect(messages(page).last.locator(".by")).to_be_in_viewport()
    stage.post("Something short.")
    await expect(page.get_by_test_id("to-end")).to_be_visible()


async def test_the_page_comes_back_when_the_server_does(stage: Stage) -> None:
    page = await stage.open()
    await expect(page.get_by_test_id("banner")).to_be_hidden()
    port = int(stage.server.base_url.rpartition(":")[2])
    await stage.server.stop()
    await expect(page.get_by_test_id("banner")).to_contain_text("cannot be reached")
    await stage.server.start(port=port)
    stage.post("back again")
    await expect(messages(page)).to_have_count(1, timeout=10_000)
    await expect(page.get_by_test_id("banner")).to_be_hidden()
    stage.errors.clear()  # the browser itself notes each failed attempt


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "400"])
async def test_text_is_legible_and_nothing_overflows(
    stage: Stage, size: ViewportSize, scheme: str
) -> None:
    cells = [{"type": "raw_text", "text": "a cell of some width"}] * 6
    stage.post("*b* `code` <https://example.org|link> <@USEC> <@UJUL>\n> quoted")
    stage.post("wide", [{"type": "table", "rows": [cells, cells]}])
    stage.post("x" * 400)
    stage.post("note", [{"type": "context", "elements": [mrkdwn("small print")]}])
    stage.post("only here", ephemeral_to="USEC")
    page = await stage.open("?user=USEC", size, color_scheme=scheme)
    # A reload loses what only this person sees.
    await expect(messages(page)).to_have_count(4)
    stage.post("only here", ephemeral_to="USEC")
    await expect(messages(page)).to_have_count(5)
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert await page.evaluate(CONTRAST) == {}


async def test_the_drawer_opens_and_closes_with_the_keyboard_on_a_narrow_screen(
    stage: Stage,
) -> None:
    page = await stage.open("?user=USEC", NARROW)
    link = page.get_by_test_id("channel-drafts")
    await expect(link).to_be_hidden()
    await page.get_by_test_id("drawer").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("channel-gmg")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(link).to_be_hidden()
    await expect(page.get_by_test_id("drawer")).to_be_focused()
    await page.keyboard.press("Enter")
    await link.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("#drafts")
    await expect(page.get_by_test_id("composer")).to_be_focused()


async def test_somebody_of_another_workspace_is_offered_mentions_but_no_commands(
    stage: Stage,
) -> None:
    page = await stage.open("?user=UEXT")
    composer = page.get_by_test_id("composer")
    await composer.press_sequentially("/gmg")
    await expect(page.get_by_test_id("composer-completions")).to_be_hidden()
    await composer.press("Enter")
    await expect(page.get_by_test_id("toast")).to_contain_text("another workspace")
    await composer.fill("")
    await composer.press_sequentially("@gmg n")
    await expect(page.get_by_test_id("completion")).to_have_attribute("data-name", "next")


CONTRAST = """() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const laid = (colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((v) => (v / 255 <= 0.03928
      ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint = {};
  for (const shown of document.querySelectorAll("body *")) {
    const says = [...shown.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const seen = shown.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!says || !seen || shown.closest(".sr, option")) continue;
    const under = [];
    for (let up = shown; up; up = up.parentElement) {
      under.unshift(getComputedStyle(up).backgroundColor);
    }
    const ground = laid(under);
    const ink = laid([`rgb(${ground})`, getComputedStyle(shown).color]);
    const [more, less] = [light(ground), light(ink)].sort((one, other) => other - one);
    const ratio = (more + 0.05) / (less + 0.05);
    if (ratio < 4.5) faint[`${shown.className} ${shown.textContent.slice(0, 20)}`] = ratio;
  }
  return faint;
}"""
