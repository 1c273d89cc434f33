"""On the page people of Slack go by their names: the team file's, or else those Slack knows."""

from pathlib import Path

from tests.slack.firm import Firm, Witness, open_firm
from tests.slack.house import sees

DORA = "dora.<i>"  # as she calls herself at Slack


async def a_run(firm: Firm, name: str, topic: str) -> str:
    """A run that somebody of Slack begins and approves."""
    person = firm.api.person(name)
    await person.type(f"/delegate quick topic: {topic}")
    draft = await sees(person, "Draft 1", button="Approve")
    await person.press(draft, "Approve")
    await sees(person, "Draft 1", "Approved")
    return draft.controls[0].value.split(":")[1]


async def listed(seat: Witness, topic: str, name: str) -> None:
    """Wait until the list of runs says whose run it is."""

    def look(_: object) -> bool:
        rows = [row for part in seat.parts("rows") for row in part["rows"]]
        return any(topic in row["title"] and row["who"] == name for row in rows)

    await seat.until(look)


async def named_everywhere(firm: Firm, run: str, name: str, escaped: str) -> None:
    """On the run's page and in what can be taken away of it."""
    seat = await firm.witness("Cleo", f"/runs/{run}")

    def look(_: object) -> bool:
        (head,) = seat.parts("standing")
        (chart,) = seat.parts("timeline")
        came = [bar["came"] for row in chart["timeline"]["rows"] for bar in row["bars"]]
        stamped = f"by <strong>{escaped}</strong>"
        sheets = [part["html"] for part in seat.parts("sheet")]
        return (
            head["head"]["by"] == name
            and stamped in head["head"]["stamp"]
            and f"approved by {name}" in came
            and any(stamped in html for html in sheets)
        )

    await seat.until(look)
    _, text = await seat.fetched(f"/runs/{run}/export.md")
    assert f"Asked for by {name} on" in text
    assert f"**Draft 1**: Approved by {name}, " in text


async def test_people_of_slack_go_by_their_names_on_the_page(tmp_path: Path):
    async with open_firm(tmp_path) as firm:
        by_dora = await a_run(firm, DORA, "The sea")
        by_ben = await a_run(firm, "ben", "The hills")
        seat = await firm.witness("Cleo", "/runs")
        await listed(seat, "The sea", DORA)
        await listed(seat, "The hills", "ben")
        await named_everywhere(firm, by_dora, DORA, "dora.&lt;i&gt;")
        await named_everywhere(firm, by_ben, "ben", "ben")
        await firm.page.kill()
        await firm.clear()
        await firm.page.start()
        chat = await firm.witness("Cleo", "/c/general")
        assert f"Asked for by {DORA} on" in (await chat.fetched(f"/runs/{by_dora}/export.md"))[1]
        again = await firm.witness("Cleo", "/runs")
        await listed(again, "The sea", DORA)
