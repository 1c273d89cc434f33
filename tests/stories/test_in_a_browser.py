"""What only a browser can show: finding the way back, keys, layout, and what is not let out."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import ViewportSize, expect

from tests.servers.messages_api import Reply
from tests.stories.browser import DESKTOP, PHONE, BrowserSeat
from tests.stories.cast import Cast
from tests.stories.driver import delegates, sees
from tests.stories.page import PageHouse
from tests.stories.served import TOKEN

pytestmark = pytest.mark.asyncio(loop_scope="module")

Sits = Callable[..., Awaitable[BrowserSeat]]


async def test_14_after_a_restart_the_page_finds_back_with_what_was_typed(
    house: PageHouse, sits: Sits, cast: Cast
):
    ana = await sits("Ana")
    await delegates(ana, "quick topic: Back", "Quick: Back")
    draft = await sees(ana, "Draft 1", where="thread", button="Approve")
    await ana.page.locator(".pane.thread .composer textarea").fill("half a sentence")
    await ana.press(draft, "Revise")
    await ana.until(lambda screen: screen.form)
    await ana.page.locator("dialog[open] textarea").fill("half a note")
    await ana.page.wait_for_function(
        "() => sessionStorage.getItem('podium form')?.includes('half a note')"
    )
    async with ana.page.expect_navigation():
        await house.kill()
        await house.start()
    form = await ana.until(lambda screen: screen.form)
    assert form.fields["Note"].value == "half a note"
    kept = ana.page.locator(".pane.thread .composer textarea")
    assert await kept.input_value() == "half a sentence"
    await ana.fill({})
    await sees(ana, "Draft 1", "Sent back by ana", "half a note", where="thread")
    await sees(ana, "Draft 2", where="thread", button="Approve")


async def test_two_people_see_each_others_decisions_without_reloading(sits: Sits, cast: Cast):
    ana, ben = await sits("Ana"), await sits("Ben")
    await delegates(ana, "pair topic: Shared", "Pair: Shared")
    draft = await sees(ana, "Draft 1", where="thread", button="Approve")
    await ben.open(await sees(ben, "Pair: Shared", where="channel"))
    await sees(ben, "Draft 1", where="thread", button="Approve")
    await ana.press(draft, "Approve")
    await sees(ben, "Draft 1", "Approved by ana", where="thread", no_button=True)


async def test_a_double_click_is_one_press(sits: Sits, cast: Cast):
    ana = await sits("Ana")
    await delegates(ana, "quick topic: Nervous", "Quick: Nervous")
    draft = await sees(ana, "Draft 1", where="thread", button="Approve")
    await ana.press(draft, "Approve", times=2)
    approved = await sees(ana, "Draft 1", "Approved by ana", where="thread", no_button=True)
    assert "was approved" not in approved.text


async def test_keys_complete_commands_and_send_them(sits: Sits):
    ana = await sits("Ana")
    area = ana.page.locator(".pane.channel .composer textarea")
    await area.press_sequentially("/del")
    await ana.page.get_by_role("option", name="/delegate").wait_for()
    await area.press("Tab")
    assert await area.input_value() == "/delegate "
    await area.press_sequentially("bri")
    await ana.page.get_by_role("option", name="brief A brief with an angle").wait_for()
    await area.press("Tab")
    await ana.page.get_by_role("option", name="product: What is being launched").wait_for()
    await area.press("ArrowDown")
    await area.press("Enter")
    assert await area.input_value() == "/delegate brief audience: "
    await ana.page.get_by_role("option", name="press", exact=True).wait_for()
    await ana.page.get_by_role("option", name="customers the usual").click()
    assert await area.input_value() == "/delegate brief audience: customers "
    await area.press("Escape")
    await area.press("Shift+Enter")
    assert (await area.input_value()).endswith("\n")
    await area.fill("/invi")
    await ana.page.get_by_role("option", name="/invite").wait_for()
    await area.fill("/playbooks")
    await area.press("Enter")
    await sees(ana, "brief", "A brief with an angle", where="private", button="Delegate")
    assert await area.input_value() == ""


async def test_16_a_long_draft_fits_and_its_wide_table_moves_by_itself(sits: Sits, cast: Cast):
    header = "|" + "|".join(f"column number {n}" for n in range(12)) + "|\n|" + "---|" * 12
    row = "|" + "|".join(f"some words in cell {n}" for n in range(12)) + "|"
    parts = [f"## Part {n}\n\n{'A sentence that says something. ' * 35}" for n in range(28)]
    draft = "\n\n".join(["First words.", *parts, f"{header}\n{row}", "w" * 400, "Last words."])
    cast.says("Write on Width", draft)
    for viewport in (DESKTOP, PHONE):
        ana = await sits("Ana", viewport)
        await delegates(ana, "quick topic: Width", "Quick: Width")
        await sees(ana, "Last words.", where="thread", button="Approve")
        layout = await ana.page.evaluate(
            """() => {
              const feed = document.querySelector(".pane.thread .feed");
              const table = feed.querySelector(".prose .wide");
              const card = [...feed.querySelectorAll(".card")].at(-1);
              return {
                page: document.documentElement.scrollWidth - innerWidth,
                feed: feed.scrollWidth - feed.clientWidth,
                table: table.scrollWidth - table.clientWidth,
                seen: card.getBoundingClientRect().top - feed.getBoundingClientRect().top,
              };
            }"""
        )
        assert layout["page"] <= 0
        assert layout["feed"] <= 0
        assert layout["table"] > 0
        assert 0 <= layout["seen"] < viewport["height"] / 3, "a long draft is shown from its start"


async def test_17_nothing_in_a_draft_runs_or_is_fetched(sits: Sits, cast: Cast):
    cast.says(
        "Write on Spies",
        "![pixel](https://evil.example/pixel.png)\n\n<script>window.hacked = 1</script>\n\n"
        "<img src=x onerror='window.hacked = 2'>\n\n[x](javascript:window.hacked=3)\n\nThe end.",
    )
    ana = await sits("Ana")
    asked: list[str] = []
    ana.page.on("request", lambda request: asked.append(request.url))
    await delegates(ana, "quick topic: Spies", "Quick: Spies")
    await sees(ana, "The end.", where="thread", button="Approve")
    assert await ana.page.evaluate("window.hacked") is None
    assert not [url for url in asked if "evil.example" in url]


async def test_18_files_are_chosen_in_the_form_and_refused_beside_it(
    sits: Sits, cast: Cast, tmp_path: Path
):
    ana = await sits("Ana")
    big = tmp_path / "big.txt"
    with big.open("wb") as file:
        file.truncate(25 * 1024 * 1024 + 1)
    await ana.type("/delegate paper")
    await ana.until(lambda screen: screen.form)
    await ana.page.locator("dialog[open] input[type=file]").set_input_files(big)
    await ana.page.get_by_text("big.txt is larger than 25 MB, the most").wait_for()
    await ana.page.get_by_role("button", name="Remove big.txt").click()
    good, bad = b"What the browser handed over", b"ID3"
    assert not await ana.page.get_by_text("No file chosen").count()
    await ana.fill({"Topic": "Chosen"}, {"Notes": [("notes.md", good), ("song.mp3", bad)]})
    await sees(ana, "Paper: Chosen", where="thread")
    await sees(ana, "Draft 1", where="thread", button="Approve")
    assert cast.calls("What the browser handed over") > 0


async def test_the_page_lets_in_whoever_holds_the_token_and_comes_over_any_link(
    house: PageHouse, sits: Sits
):
    ana = await sits("Ana")
    page = ana.page
    await page.context.clear_cookies()
    await page.goto(f"{house.served.url}/c/launches")
    await page.get_by_label("The team’s token").fill("wrong")
    await page.get_by_role("button", name="Enter").click()
    await page.get_by_text("This is not the team’s token.").wait_for()
    await page.get_by_label("The team’s token").fill(TOKEN)
    await page.get_by_role("button", name="Enter").click()
    await page.get_by_role("heading", name="#launches").wait_for()
    # localhost is another site than 127.0.0.1: the browser keeps the session back at first.
    await page.goto(house.served.url.replace("127.0.0.1", "localhost") + "/enter")
    await page.evaluate("url => { location.href = url }", f"{house.served.url}/c/launches")
    await page.get_by_role("heading", name="#launches").wait_for()
    assert page.url == f"{house.served.url}/c/launches"


async def test_a_channel_with_news_is_marked_and_back_goes_back(sits: Sits):
    ana, ben = await sits("Ana"), await sits("Ben", PHONE)
    await ana.page.goto(re.sub(r"/c/.*|$", "/c/news", ana.page.url, count=1))
    await ana.type("There is news")
    await ben.until(lambda screen: "#news" in screen.channels)
    await ben.page.get_by_role("button", name="Menu").click()
    await ben.page.get_by_role("link", name=re.compile("#news.*new messages")).click()
    await sees(ben, "There is news", where="channel")
    assert ben.page.url.endswith("/c/news")
    await ben.page.go_back()
    await ben.page.get_by_role("heading", name="#general").wait_for()
    await ben.page.reload()
    await ben.page.get_by_role("heading", name="#general").wait_for()


async def test_lines_stay_in_their_place_when_earlier_ones_come(house: PageHouse, sits: Sits):
    ana = await house.seat("Ana")
    await ana.go("#busy")
    for n in range(120):
        await ana.type(f"Line number {n}")
    await ana.until(lambda screen: len(screen.all("Line number")) == 120)
    ben = await sits("Ben")
    await ben.page.goto(f"{house.served.url}/c/busy")
    await sees(ben, "Line number 119")
    assert not (await ben.screen()).find("Line number 59")
    feed = ben.page.locator(".pane.channel .feed")
    await feed.evaluate("feed => feed.scrollTo(0, 0)")
    first = ben.page.get_by_text("Line number 60", exact=True)
    before = await first.bounding_box()
    await ben.page.get_by_role("button", name="Show earlier messages").click()
    await sees(ben, "Line number 59")
    after = await first.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 60


IN_SIGHT = """message => {
  const feed = message.closest(".feed").getBoundingClientRect();
  const top = message.getBoundingClientRect().top;
  return top >= feed.top && top < feed.bottom - 20;
}"""


async def seen_from_its_first_line(seat: BrowserSeat, words: str, pane: str = "channel") -> None:
    """Wait until the latest message that says the words stands within its feed."""
    message = seat.page.locator(f".pane.{pane} .message").filter(has_text=words).last
    node = await message.element_handle()
    await seat.page.wait_for_function(IN_SIGHT, arg=node)


async def test_what_a_person_asks_for_is_scrolled_to_and_stands_in_for_what_they_asked_before(
    sits: Sits, cast: Cast
):
    ana = await sits("Ana", ViewportSize(width=1200, height=420))
    await delegates(ana, "quick topic: Listed", "Quick: Listed")
    await sees(ana, "Draft 1", where="thread", button="Approve")
    secret = ana.page.locator(".pane.channel .message:has(.secret)")
    for line, words in (
        ("/playbooks", "A brief with an angle"),
        ("/needs-me", "Quick: Listed"),
        ("/playbooks", "A brief with an angle"),
        ("/delegat", "There is no command /delegat"),
        ("/playbooks", "A brief with an angle"),
    ):
        await ana.type(line)
        await sees(ana, words, where="private")
        await seen_from_its_first_line(ana, words)
        assert await secret.count() == 1
    feed = ana.page.locator(".pane.channel .feed")
    await feed.evaluate("feed => feed.scrollTo(0, 0)")
    await ana.type("What I say myself")
    await seen_from_its_first_line(ana, "What I say myself")


async def test_a_list_goes_when_a_run_was_begun_from_it(sits: Sits, cast: Cast):
    ana = await sits("Ana")
    await ana.type("/playbooks")
    listed = await sees(ana, "quick", "One step", where="private", button="Delegate")
    await ana.press(listed, "Delegate")
    await ana.until(lambda screen: screen.form)
    await ana.fill({"Topic": "From the list"})
    await sees(ana, "Quick: From the list", where="thread")
    await ana.until(lambda screen: not screen.all(where="private"))
    await seen_from_its_first_line(ana, "Quick: From the list")


async def test_what_was_approved_and_a_reply_in_its_thread_are_scrolled_to(sits: Sits, cast: Cast):
    cast.says("leading with", "It is posted.")
    ana = await sits("Ana", ViewportSize(width=1200, height=420))
    await ana.page.goto(re.sub(r"/c/.*|$", "/c/launches", ana.page.url, count=1))
    await delegates(ana, "brief product: Posted audience: press", "Brief: Posted")
    choice = await sees(ana, "Which angle", where="thread", button="2 · Lead with the speed")
    await ana.press(choice, "2 · Lead with the speed")
    draft = await sees(ana, "Draft 1", "It is posted.", where="thread", button="Approve")
    channel, thread = ana.page.locator(".pane.channel .feed"), ana.page.locator(".thread .feed")
    await ana.type("/playbooks")
    await sees(ana, "A brief with an angle", where="private")
    await channel.evaluate("feed => feed.scrollTo(0, 0)")
    await ana.press(draft, "Approve")
    await sees(ana, "It is posted.", where="channel")
    await seen_from_its_first_line(ana, "It is posted.")
    await thread.evaluate("feed => feed.scrollTo(0, 0)")
    await ana.type("That was good", thread=True)
    await seen_from_its_first_line(ana, "That was good", "thread")


async def test_a_form_fits_its_window_and_what_was_mended_is_no_longer_wrong(sits: Sits):
    ana = await sits("Ana", ViewportSize(width=1200, height=500))
    await ana.type("/delegate every")
    await ana.until(lambda screen: screen.form)
    await ana.fill({})
    wrong = ana.page.locator("dialog[open] .field.wrong")
    await wrong.first.wait_for()
    first, *_ = await wrong.all()
    before = await wrong.count()
    await ana.page.get_by_label("Name").fill("Acme")
    await expect(wrong).to_have_count(before - 1)
    assert await first.locator(".error").count() == 1, "the next field is still wrong"
    await ana.page.locator("dialog[open] button[type=submit]").click()
    await expect(wrong).to_have_count(before - 1)
    over = await ana.page.evaluate(
        """() => ["dialog[open]", "dialog[open] form", "dialog[open] .fields"].map((name) => {
          const node = document.querySelector(name);
          return node.scrollHeight > node.clientHeight;
        })"""
    )
    assert over == [False, False, True]


async def test_an_empty_box_to_write_in_has_nothing_to_scroll(sits: Sits, cast: Cast):
    for viewport in (DESKTOP, PHONE):
        ana = await sits("Ana", viewport)
        await delegates(ana, "quick topic: Boxes", "Quick: Boxes")
        area = ana.page.locator(".pane.thread .composer textarea")
        over = await area.evaluate("area => area.scrollHeight - area.clientHeight")
        assert over <= 0
        assert await area.evaluate("area => getComputedStyle(area).overflowY") == "hidden"
        await area.fill("\n".join("abcdefghij" * 6))
        assert await area.evaluate("area => getComputedStyle(area).overflowY") == "auto"


async def test_tables_break_no_words_and_fill_their_sheet(sits: Sits, cast: Cast):
    wide = "|".join(f"hours_before_and_after_{n}" for n in range(9))
    cast.says(
        "Write on Tables",
        f"|{wide}|\n|{'---|' * 9}\n|{'1|' * 9}\n\n|a|b|\n|---|---|\n|1|2|\n\nThe end.",
    )
    ana = await sits("Ana")
    await delegates(ana, "quick topic: Tables", "Quick: Tables")
    await sees(ana, "The end.", where="thread", button="Approve")
    heights, over, filled = await ana.page.evaluate(
        """() => {
          const [wide, narrow] = document.querySelectorAll(".thread .prose .wide");
          const rows = [...wide.querySelectorAll("tr")].map((row) => row.offsetHeight);
          const left = narrow.clientWidth - narrow.querySelector("table").offsetWidth;
          return [rows, wide.scrollWidth - wide.clientWidth, left];
        }"""
    )
    assert abs(heights[0] - heights[1]) <= 1, "the header has one line, as the row has"
    assert over > 0
    assert filled <= 0


async def test_what_many_write_at_once_has_room_beside_one_another(sits: Sits, cast: Cast):
    stalls = Reply(text="Words come one after another. " * 40, fault="stall", after=10)
    cast.says("Gather on", stalls)
    ana = await sits("Ana")
    root = await delegates(ana, "wide topics: one, two, three, four", "Wide")
    streams = ana.page.locator(".pane.thread .streams")
    await expect(streams.locator(".stream")).to_have_count(4)
    assert await streams.evaluate("streams => streams.scrollWidth - streams.clientWidth") <= 0
    await ana.press(root, "Cancel")
    await sees(ana, "Cancelled", "by ana", where="thread")


async def test_what_others_say_moves_nobody_who_reads_above(sits: Sits):
    ana, ben = await sits("Ana", ViewportSize(width=1200, height=420)), await sits("Ben")
    for seat in (ana, ben):
        await seat.page.goto(re.sub(r"/c/.*|$", "/c/long", seat.page.url, count=1))
    await ana.type("/playbooks")
    await sees(ana, "A brief with an angle", where="private")
    feed = ana.page.locator(".pane.channel .feed")
    await feed.evaluate("feed => feed.scrollTo(0, 100)")
    await ben.type("Said by another")
    await sees(ana, "Said by another")
    assert await feed.evaluate("feed => feed.scrollTop") == 100


async def test_a_form_that_was_sent_at_once_does_not_come_back(sits: Sits, cast: Cast):
    ana = await sits("Ana")
    await delegates(ana, "quick topic: Ghost", "Quick: Ghost")
    draft = await sees(ana, "Draft 1", where="thread", button="Approve")
    await ana.page.clock.install()
    await ana.press(draft, "Revise")
    await ana.until(lambda screen: screen.form)
    await ana.fill({"Note": "At once"})
    await ana.until(lambda screen: screen.form is None)
    await ana.page.clock.fast_forward(1_000)
    await ana.page.reload()
    await sees(ana, "At once", where="thread")
    assert await ana.page.evaluate("sessionStorage.getItem('podium form')") is None
    assert await ana.page.locator("dialog[open]").count() == 0


async def test_of_two_questions_the_first_is_in_sight(sits: Sits, cast: Cast):
    ana = await sits("Ana", ViewportSize(width=1200, height=700))
    await delegates(ana, "two topic: Twice", "Two: Twice")
    await sees(ana, "Which angle", where="thread", button="1 · Lead with the price")
    await sees(ana, "On which day", where="thread", button="Monday")
    await seen_from_its_first_line(ana, "Which angle", "thread")
    await ana.page.reload()
    await sees(ana, "On which day", where="thread", button="Monday")
    await seen_from_its_first_line(ana, "Which angle", "thread")


async def test_a_page_that_the_server_lost_track_of_loads_itself_anew(sits: Sits):
    ana = await sits("Ana")
    async with ana.page.expect_navigation():
        await ana.page.evaluate("runJavascript('window.location.reload()')")
    await ana.page.locator(".pane.channel .composer textarea").wait_for()
    ana.complaints.clear()  # the policy's refusal, by which the page notices
