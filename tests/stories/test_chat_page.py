"""The chat as people know it, and what goes wrong at its edges: seen in a browser."""

import re
from collections.abc import Awaitable, Callable

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from playwright.async_api import Page, expect

from adapters.web.entrance import SESSION
from adapters.web.guard import COOKIE
from tests.stories.browser import PHONE, BrowserSeat
from tests.stories.cast import Cast
from tests.stories.driver import delegates, sees
from tests.stories.page import PageHouse
from tests.stories.served import TOKEN

pytestmark = pytest.mark.asyncio(loop_scope="module")

Sits = Callable[..., Awaitable[BrowserSeat]]

_CARRY = """(node, [kind, files, text]) => {
  const carried = new DataTransfer();
  for (const [name, data] of files) carried.items.add(new File([data], name));
  if (text) carried.setData("text/plain", text);
  const init = { bubbles: true, cancelable: true };
  if (kind === "paste") init.clipboardData = carried;
  else init.dataTransfer = carried;
  node.dispatchEvent(new (kind === "paste" ? ClipboardEvent : DragEvent)(kind, init));
}"""
_PASTE_MUCH = """(node, size) => {
  const carried = new DataTransfer();
  carried.setData("text/plain", "all work and no play ".repeat(size / 21));
  const init = { bubbles: true, cancelable: true, clipboardData: carried };
  return !node.dispatchEvent(new ClipboardEvent("paste", init));
}"""


def composer(seat: BrowserSeat, pane: str = "channel"):
    return seat.page.locator(f".pane.{pane} .composer")


def area(seat: BrowserSeat, pane: str = "channel"):
    return composer(seat, pane).locator("textarea")


async def test_files_dropped_on_the_chat_go_with_the_next_delegation(sits: Sits, cast: Cast):
    ana = await sits("Ana")
    feed, chips = ana.page.locator(".pane.channel .feed"), composer(ana).locator(".chips li")
    notes = [["notes.md", "What was dropped here"], ["<b>x</b>.csv", "a,b\n1,2"]]
    await feed.evaluate(_CARRY, ["dragover", notes, ""])
    await expect(ana.page.locator(".pane.channel[data-drop]")).to_have_count(1)
    await feed.evaluate(_CARRY, ["drop", notes, ""])
    await expect(ana.page.locator(".pane[data-drop]")).to_have_count(0)
    await expect(chips).to_have_text([re.compile("notes.md.*1 KB"), re.compile("<b>x</b>.csv")])
    await expect(composer(ana).locator(".chips li.here")).to_have_count(2)
    await ana.page.reload()
    await expect(chips).to_have_count(2)
    for line, why in (
        (
            "Look at these",
            "Files go to a playbook that takes files: send them with /delegate paper",
        ),
        ("/delegate quick topic: X", "quick takes no files: remove them"),
    ):
        await ana.type(line)
        await expect(composer(ana).get_by_role("alert")).to_contain_text(why)
        assert await area(ana).input_value() == line
        await expect(chips).to_have_count(2)
    await composer(ana).get_by_role("button", name="Remove <b>x</b>.csv").click()
    await ana.type("/delegate paper topic: Dropped")
    await sees(ana, "Paper: Dropped", where="thread")
    await sees(ana, "Draft 1", where="thread", button="Approve")
    assert cast.calls("What was dropped here") > 0
    await expect(chips).to_have_count(0)


async def test_a_form_opens_with_the_files_that_came_with_its_line(sits: Sits, cast: Cast):
    ana = await sits("Ana", PHONE)
    chooser = composer(ana).locator("input[type=file]")
    await chooser.set_input_files(
        [{"name": "plan.md", "mimeType": "", "buffer": b"The plan that was chosen"}]
    )
    await expect(composer(ana).locator(".chips li.here")).to_have_count(1)
    await ana.type("/delegate paper")
    await ana.until(lambda screen: screen.form)
    await expect(ana.page.locator("dialog[open] .files li.here")).to_contain_text("plan.md")
    await ana.fill({"Topic": "Chosen before"})
    await sees(ana, "Paper: Chosen before", where="thread")
    await sees(ana, "Draft 1", where="thread", button="Approve")
    assert cast.calls("The plan that was chosen") > 0


async def test_a_file_that_lies_or_is_too_much_is_refused_beside_the_composer(sits: Sits):
    ana = await sits("Ana")
    for name, data, why in (
        ("picture.md", b"\x89PNG\r\n", "picture.md is not what its name says"),
        ("archive.docx", b"%PDF-1.4", "archive.docx is not what its name says: it is a PDF"),
        ("bomb.txt", b"%PDF-1.4 bomb", "bomb.txt is not what its name says: it is a PDF"),
        ("setup.exe", b"MZ", "setup.exe is a .exe file, which Podium does not read."),
        ("empty.md", b" ", "empty.md is empty"),
    ):
        await (
            composer(ana)
            .locator("input[type=file]")
            .set_input_files([{"name": name, "mimeType": "", "buffer": data}])
        )
        await expect(composer(ana).get_by_role("alert")).to_contain_text(why)
        await composer(ana).get_by_role("button", name=f"Remove {name}").click()


@pytest.mark.parametrize("size", [1_000_000, 10_000_000])
async def test_a_huge_paste_becomes_a_file_and_the_page_goes_on(sits: Sits, size: int):
    ana = await sits("Ana")
    await area(ana).fill("Before")
    assert await area(ana).evaluate(_PASTE_MUCH, size)
    await expect(composer(ana).get_by_role("alert")).to_contain_text("it is here as a file")
    await expect(composer(ana).locator(".chips li.here")).to_contain_text("pasted text.txt")
    assert await area(ana).input_value() == "Before"
    await composer(ana).get_by_role("button", name="Remove pasted text.txt").click()
    # What comes in by another way is told, and is not sent.
    await area(ana).evaluate(
        """(area, size) => {
          area.value = "/".repeat(size);
          area.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        size,
    )
    await expect(composer(ana).get_by_role("alert")).to_contain_text("100,000 fit")
    await area(ana).press("Enter")
    await ana.type("After")
    await sees(ana, "After")


async def test_a_form_whose_texts_are_too_large_says_so_and_keeps_them(sits: Sits, cast: Cast):
    ana = await sits("Ana")
    await ana.type("/delegate every")
    await ana.until(lambda screen: screen.form)
    story, name = ana.page.get_by_label("Story"), ana.page.get_by_label("Name")
    field = ana.page.locator("dialog[open] .field").filter(has=story)
    assert await story.evaluate(_PASTE_MUCH, 10_000_000)
    await expect(field.get_by_role("alert")).to_contain_text("at most 100,000 fit here")
    await story.fill("\x01" * 99_000)
    await expect(field.get_by_role("alert")).to_have_count(0)
    await name.fill("\x01" * 99_000)
    await ana.page.locator("dialog[open] button[type=submit]").click()
    await expect(ana.page.get_by_role("alert")).to_contain_text(["too large to be sent at once"])
    await story.fill("x" * 150_000)
    await ana.page.locator("dialog[open] button[type=submit]").click()
    await expect(field.get_by_role("alert")).to_contain_text("This has 150,000 characters")
    await expect(story).to_be_focused()
    assert len(await story.input_value()) == 150_000
    await story.fill("x")
    await name.fill("y" * 600)
    await ana.page.locator("dialog[open] button[type=submit]").click()
    wrong = ana.page.locator("dialog[open] .field.wrong")
    await expect(wrong.first).to_contain_text("At most 500 characters")


async def test_what_was_filled_in_is_there_when_the_form_is_opened_again(
    house: PageHouse, sits: Sits, cast: Cast
):
    ana = await sits("Ana")
    await ana.type("/delegate every")
    await ana.until(lambda screen: screen.form)
    await ana.page.get_by_label("Story").fill("A story that takes long to write")
    await ana.page.get_by_label("dry").check()
    await ana.page.wait_for_function(
        "() => Object.values(localStorage).some((one) => one.includes('dry'))"
    )
    again = await ana.page.context.new_page()
    await ana.page.close()
    ana.page = again
    await again.expose_function("moved", lambda: None)
    await again.goto(f"{house.served.url}/c/general")
    await ana.type("/delegate every name: Acme")
    await again.get_by_text("What you filled in before is here again.").wait_for()
    assert await again.get_by_label("Story").input_value() == "A story that takes long to write"
    assert await again.get_by_label("dry").is_checked()
    assert await again.get_by_label("Name").input_value() == "Acme"
    # Whoever else enters in this browser finds nothing of it.
    await again.goto(house.served.url + await house.link("Ben"))
    await again.get_by_role("button", name="Enter").click()
    await again.goto(f"{house.served.url}/c/general")
    await ana.type("/delegate every")
    await expect(again.get_by_label("Story")).to_have_value("")
    await again.goto(house.served.url + await house.link("Ana"))
    await again.get_by_role("button", name="Enter").click()
    await again.goto(f"{house.served.url}/c/general")
    await ana.type("/delegate every")
    await expect(again.get_by_label("Story")).to_have_value("A story that takes long to write")
    await again.get_by_role("button", name="Start over").click()
    await expect(again.get_by_label("Story")).to_have_value("")


async def test_a_link_leads_to_a_message_however_long_ago_it_was_said(house: PageHouse, sits: Sits):
    owner = await house.seat("Ana")
    await owner.go("#links")
    for n in range(130):
        await owner.type(f"Line number {n}")
    await owner.until(lambda screen: len(screen.all("Line number")) == 130)
    ben = await sits("Ben")
    await ben.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    first = next(one for one in (await owner.screen()).messages if one.text == "Line number 3")
    path = f"/c/links?at={first.id.rpartition(':')[2]}"
    await ben.page.goto(house.served.url + path)
    old = ben.page.locator(f'[data-line="{first.id}"]')
    await expect(old).to_be_in_viewport()
    await expect(old).to_have_attribute("data-marked", "")
    assert not (await ben.screen()).find("Line number 129")
    await old.hover()
    await old.get_by_role("button", name="Copy link").click()
    await expect(old.get_by_role("button", name="Copied")).to_be_visible()
    assert await ben.page.evaluate("navigator.clipboard.readText()") == house.served.url + path
    await ben.type("Said from there")
    await sees(ben, "Said from there")
    await sees(ben, "Line number 129")
    assert not (await ben.screen()).find("Line number 3\n")
    await ben.page.goto(f"{house.served.url}/c/links?at=deadbeef")
    await sees(ben, "this link leads to is not here", where="private")


async def test_a_link_to_a_reply_opens_its_thread_and_escape_closes_it(
    house: PageHouse, sits: Sits, cast: Cast
):
    ana, ben = await sits("Ana"), await sits("Ben")
    await delegates(ana, "quick topic: Linked", "Quick: Linked")
    await sees(ana, "Draft 1", where="thread", button="Approve")
    await ana.type("A reply to be found", thread=True)
    reply = await sees(ana, "A reply to be found", where="thread")
    root, _, at = reply.id.rpartition(":")[2].partition(".")
    # Whoever has to enter first comes to the message all the same.
    await ben.page.context.clear_cookies()
    await ben.page.goto(f"{house.served.url}/c/general/{root}?at={at}")
    await ben.page.get_by_label("The team’s token").fill(TOKEN)
    await ben.page.get_by_role("button", name="Enter").click()
    await expect(ben.page.locator(f'[data-line="{reply.id}"]')).to_be_in_viewport()
    assert ben.page.url.endswith(f"/c/general/{root}?at={at}")
    assert await ben.page.get_by_role("link", name="Open the run").get_attribute("href")
    await area(ben, "thread").press("Escape")
    await expect(ben.page.locator(".pane.thread")).to_be_hidden()
    link = ben.page.locator(".pane.channel .message").filter(has_text="Quick: Linked")
    await expect(link.get_by_role("link", name="Open thread")).to_be_focused()
    await ben.page.keyboard.press("Enter")
    await expect(ben.page.locator(".pane.thread h2")).to_be_focused()


async def test_cancel_asks_once_before_it_ends_a_run(sits: Sits, cast: Cast):
    held = cast.holds("Write on Asked")
    ana = await sits("Ana")
    await delegates(ana, "quick topic: Asked", "Quick: Asked")
    card = ana.page.locator(".pane.thread .card").filter(has_text="Quick: Asked").first
    await card.get_by_role("button", name="Cancel").click(click_count=2)
    await card.get_by_role("button", name="No", exact=True).press("Escape")
    await expect(card.get_by_role("button", name="Cancel", exact=True)).to_be_focused()
    await expect(ana.page.locator(".pane.thread")).to_be_visible()
    await card.get_by_role("button", name="Cancel").press("Enter")
    await card.get_by_role("button", name="Yes, cancel it").click()
    await sees(ana, "Cancelled", "by ana", where="thread")
    held.set()


async def test_of_two_tabs_the_second_is_told_who_decided_and_when(sits: Sits, cast: Cast):
    ana, ben = await sits("Ana"), await sits("Ben")
    await delegates(ana, "pair topic: Tabs", "Pair: Tabs")
    draft = await sees(ana, "Draft 1", where="thread", button="Approve")
    await ana.press(draft, "Revise")
    await ana.until(lambda screen: screen.form)
    tab = await ana.page.context.new_page()
    await tab.goto(ana.page.url)
    await tab.locator(".pane.thread").get_by_role("button", name="Approve").click()
    await tab.get_by_text("Approved by ana").first.wait_for()
    await ana.fill({"Note": "Too late"})
    told = await sees(ana, "by ana", "was approved")
    assert re.search(r"\d", told.text)
    await sees(ana, "What you wrote", "Too late")
    await ben.leave()


async def _enter_again(page: Page) -> None:
    await page.get_by_role("heading", name="Your session has ended").wait_for()
    await page.get_by_text("Enter again: what you typed is kept.").wait_for()
    await page.get_by_role("link", name="Enter again").click()
    await page.get_by_label("The team’s token").fill(TOKEN)
    await page.get_by_role("button", name="Enter").click()


async def test_whose_session_ended_enters_again_and_finds_what_they_typed(
    house: PageHouse, sits: Sits
):
    seat = await sits("Nobody")
    page = seat.page
    await page.goto(f"{house.served.url}/enter?token={TOKEN}&next=/c/kept")
    await page.get_by_role("button", name="Enter").click()
    await area(seat).fill("Half a line")
    await page.context.clear_cookies()
    await area(seat).evaluate(_CARRY, ["paste", [["notes.md", "x"]], ""])
    await _enter_again(page)
    await expect(area(seat)).to_have_value("Half a line")
    assert page.url.endswith("/c/kept")
    # The same while a form is open, noticed when the page has to connect anew.
    await seat.type("/delegate every")
    await page.get_by_label("Story").fill("Half a story")
    await page.context.clear_cookies()
    await page.evaluate("socket.disconnect().connect()")
    await _enter_again(page)
    await expect(page.get_by_label("Story")).to_have_value("Half a story")
    assert page.url.endswith("/c/kept")
    seat.complaints.clear()  # of the socket that was refused


class AlmostOver(TimestampSigner):
    """Signs as it would have signed when a session had begun that is about to end."""

    def get_timestamp(self) -> int:
        return super().get_timestamp() - int(SESSION.total_seconds()) + 4


async def test_a_session_ends_on_an_open_page_too(house: PageHouse, sits: Sits):
    seat = await sits("Nobody")
    signer = URLSafeTimedSerializer(house.served.secret, salt="podium session", signer=AlmostOver)
    await seat.page.context.add_cookies(
        [{"name": COOKIE, "value": str(signer.dumps("web:podium:owner")), "url": house.served.url}]
    )
    await seat.page.goto(f"{house.served.url}/c/over")
    over = "begun => performance.now() > begun + 5000"
    await seat.page.wait_for_function(over, arg=await seat.page.evaluate("performance.now()"))
    await seat.type("Said too late")
    await seat.page.get_by_role("heading", name="Your session has ended").wait_for()
    await _enter_again(seat.page)
    await expect(area(seat)).to_have_value("Said too late")


async def test_scripts_in_every_text_stay_text(sits: Sits, cast: Cast):
    evil = "<img src=x onerror='hacked=1'><script>hacked=2</script>{{7*7}}"
    cast.says("Write on", f"{evil}\n\n[go](javascript:hacked=3)\n\nThe end.")
    ana = await sits("Eve <img src=x onerror=hacked=4>")
    await ana.type(f"Hello {evil}")
    await sees(ana, "Hello <img src=x")
    await ana.type(f"/delegate quick topic: {evil}")
    await sees(ana, "The end.", where="thread", button="Approve")
    await area(ana).evaluate(_CARRY, ["paste", [["<script>hacked=5<script>.md", evil]], ""])
    await expect(composer(ana).locator(".chips li.here")).to_have_count(1)
    await ana.type("/delegate paper")
    await ana.until(lambda screen: screen.form)
    await ana.page.get_by_label("Topic").fill(evil)
    await ana.fill({})
    await ana.until(lambda screen: screen.form is None)
    await ana.type("/runs <script>hacked=6</script>")
    await sees(ana, "No run matches <script>", where="private")
    assert await ana.page.evaluate("window.hacked") is None
    assert not await ana.page.locator(".message img, .message script, dialog img").count()


async def test_half_a_character_does_not_keep_a_message_from_arriving(sits: Sits):
    ana = await sits("Ana")
    await area(ana).evaluate(
        "(node) => { node.value = 'half \\ud83d of it'; node.dispatchEvent(new Event('input')); }"
    )
    await area(ana).press("Enter")
    said = ana.page.locator(".pane.channel .said").filter(has_text="of it")
    await expect(said).to_have_text("half \ufffd of it")
