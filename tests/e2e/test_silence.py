"""A silence procedure on the 2027 programme: objected to twice, and then adopted."""

from tests.e2e.group import ROOT
from tests.e2e.running import running

HARBOUR = ROOT / "tests" / "plans" / "harbour-2027.yaml"
LINK = "https://example.org/charter"


async def circulated(group, **values):
    """The next version of the charter, sent out with the plan's values and these."""
    await group.open("kandara", "circulate charter-circulated")
    assert await group.send("kandara", {"link": LINK, **values}) == {}
    return group.card("The charter")


async def adopted(group):
    return (await group.ask("kandara", "done charter-adopted")).text


async def test_silence_adopts_only_what_no_harbour_says_otherwise_about(tmp_path):
    async with running(tmp_path, "2027-03-01T08:00:00+04:00", plan=HARBOUR) as group:
        first = await circulated(group)
        assert "stands adopted at the closing time if no agency says otherwise" in first.text
        # Friday and Saturday are the weekend, and the feast does not count.
        assert "open until Thu 18 March 12:00 Mauritius" in first.text
        await group.react("molako", first, "anchor")
        await group.react("vizhin", first, "no_entry")
        await group.until("2027-03-01 08:29")
        assert "1 of 6 replies received" in first.text
        await group.until("2027-03-01 08:31")
        assert "Not adopted as drafted. The Chair will consult." in first.text
        assert "Vizhin" not in first.text
        assert "was not adopted" in await adopted(group)
        stands = first.text
        await group.react("vizhin", first, "no_entry", take_away=True)
        await group.react("tarshi", first, "anchor")
        await group.until("2027-03-02 08:00")
        assert first.text == stands

        second = await circulated(group, note="Article 3 is new.")
        await group.react("belombre", second, "no_entry")
        assert "0 of 6 replies received" in second.text
        await group.press("belombre", group.told("belombre", "cannot clear"), "Confirm")
        assert "Not adopted as drafted" in second.text
        assert f"{group.posted()[-1].text}".endswith("The Chair will consult.")

        third = await circulated(group)
        await group.react("tarshi", third, "white_circle")
        assert "it is open until" in await adopted(group)
        await group.until("2027-03-22 08:00")
        assert "Adopted without objection, on behalf of" in third.text
        assert "Tarshi stands aside" in third.text
        stands = third.text
        await group.react("vizhin", third, "no_entry")
        assert "changes nothing any more" in group.direct("vizhin")[-1].text
        await group.until("2027-03-22 12:00")
        assert third.text == stands
        assert (await adopted(group)).startswith("Done")
        ends = [m.text for m in group.posted() if m.is_reply]
        assert [("Not adopted" in t, "Adopted" in t) for t in ends] == [
            (True, False),
            (True, False),
            (False, True),
        ]
