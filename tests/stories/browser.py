"""The page in a real browser."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from playwright.async_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Locator,
    Page,
    Playwright,
    ViewportSize,
    expect,
)

from tests.chromium import executable
from tests.stories.driver import (
    PATIENCE_S,
    Screen,
    Seen,
    SeenField,
    SeenForm,
    Upload,
    Value,
)

T = TypeVar("T")

# A busy machine is slow, and no test here is about how soon something is seen.
expect.set_options(timeout=30_000)

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)

# Told at once when anything on the page moves, so that nobody has to look again and again.
_WATCH = """
addEventListener("DOMContentLoaded", () => {
  let told = false;
  const tell = () => {
    if (told) return;
    told = true;
    setTimeout(() => { told = false; window.moved(); }, 20);
  };
  new MutationObserver(tell).observe(document, {
    childList: true, subtree: true, characterData: true, attributes: true,
  });
});
"""

_READ = """() => {
  const said = (node) => {
    const marks = [...node.querySelectorAll("[aria-label]")].map((one) => one.ariaLabel);
    return `${node.innerText}\\n${marks.join("\\n")}`;
  };
  const messages = [];
  for (const where of ["channel", "thread"])
    for (const node of document.querySelectorAll(`.pane.${where} .message`)) {
      if (!node.offsetHeight) continue;
      const base = {
        id: node.dataset.line,
        where: node.querySelector(".secret") ? "private" : where,
        by: node.querySelector(".name").innerText,
      };
      const note = node.querySelector(".note").innerText;
      const text = node.querySelector(".said");
      if (text) messages.push({ ...base, title: "", text: said(text), buttons: [] });
      for (const card of node.querySelectorAll(".card"))
        messages.push({
          ...base,
          title: card.querySelector("h3")?.innerText ?? "",
          text: `${said(card)}\\n${note}`,
          buttons: [...card.querySelectorAll(".buttons button")].map((one) => one.innerText),
        });
    }
  const dialog = document.querySelector("dialog[open]");
  const fields = [...(dialog?.querySelectorAll(".field") ?? [])].map((field) => ({
    label: field.querySelector("label, legend").firstChild.textContent,
    kind: field.querySelector("textarea, select, input")?.type ?? "",
    value: field.querySelector("textarea, select, input")?.value ?? "",
    error: field.querySelector(".error")?.innerText ?? "",
  }));
  return {
    messages,
    form: dialog && {
      title: dialog.querySelector("h2").innerText,
      about: dialog.querySelector(".fields > .about")?.innerText ?? "",
      fields,
    },
    channels: [...document.querySelectorAll(".side li a")].map((one) => one.firstChild.textContent),
    notices: [...document.querySelectorAll(".q-notification__message")].map((one) => one.innerText),
    writing: [...document.querySelectorAll(".tail")].map((one) => one.innerText).join("\\n"),
  };
}"""


async def launch(playwright: Playwright) -> Browser:
    path = executable()
    return await playwright.chromium.launch(
        executable_path=str(path) if path else None, args=ARGUMENTS
    )


class BrowserSeat:
    """A person at a browser; `complaints` is what its console said was wrong."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._context = context
        self._moved = asyncio.Event()

    @classmethod
    async def sit(cls, browser: Browser, link: str, **look: Any) -> "BrowserSeat":
        """Open a browser window of its own, and come in over a link."""
        context = await browser.new_context(**look)
        page = await context.new_page()
        seat = cls(context, page)
        page.on("console", lambda message: seat._heard(message.type, message.text))
        page.on("pageerror", lambda error: seat.complaints.append(str(error)))
        await page.expose_function("moved", seat._moved.set)
        await page.add_init_script(_WATCH)
        await page.goto(f"{link}&next=/c/general")
        await page.get_by_role("button", name="Enter").click()
        await page.locator(".pane.channel .composer textarea").wait_for()
        return seat

    def _heard(self, kind: str, text: str) -> None:
        # That a server was killed, or refused something, is no fault of the page.
        missed = (
            *("ERR_CONNECTION", "ERR_SOCKET_NOT_CONNECTED"),
            *("Failed to load resource", "before receiving a handshake"),
        )
        if kind in ("error", "warning") and not any(words in text for words in missed):
            self.complaints.append(text)

    async def leave(self) -> None:
        await self._context.close()

    async def screen(self) -> Screen:
        read = await self.page.evaluate(_READ)
        messages = (Seen(**{**one, "buttons": tuple(one["buttons"])}) for one in read["messages"])
        return Screen(
            messages=tuple(messages),
            form=_form(read["form"]) if read["form"] else None,
            channels=tuple(read["channels"]),
            notices=tuple(read["notices"]),
            writing=read["writing"],
        )

    async def until(self, look: Callable[[Screen], T | None]) -> T:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    self._moved.clear()
                    found = look(await self.screen())
                    if found is not None and found is not False:
                        return found
                    await self._moved.wait()
        except TimeoutError:
            raise AssertionError(f"It was not seen: {await self.screen()}") from None

    async def type(self, text: str, *, thread: bool = False, times: int = 1) -> None:
        area = self.page.locator(f".pane.{'thread' if thread else 'channel'} .composer textarea")
        for _ in range(times):
            await area.fill(text)
            await area.press("Enter")

    async def press(self, seen: Seen, label: str, *, times: int = 1) -> None:
        button = self._card(seen).get_by_role("button", name=label, exact=True)
        await button.click(click_count=times)
        if label == "Cancel":
            await self._card(seen).get_by_role("button", name="Yes, cancel it").click()

    def _card(self, seen: Seen) -> Locator:
        pane = "thread" if seen.where == "thread" else "channel"
        message = self.page.locator(f'.pane.{pane} [data-line="{seen.id}"]')
        title = self.page.get_by_role("heading", name=seen.title, exact=True)
        return message.locator(".card").filter(has=title).last

    async def fill(
        self, values: Mapping[str, Value], files: Mapping[str, Sequence[Upload]] | None = None
    ) -> None:
        for label, value in values.items():
            await self._fill(self._field(label), value)
        for label, uploads in (files or {}).items():
            field = self._field(label)
            await field.locator("input[type=file]").set_input_files(
                [FilePayload(name=name, mimeType="", buffer=data) for name, data in uploads]
            )
            await field.locator("li.here, li.refused").nth(len(uploads) - 1).wait_for()
        await self.page.locator("dialog[open] button[type=submit]").click()

    def _field(self, label: str) -> Locator:
        heading = self.page.locator("label, legend").filter(has_text=label)
        return self.page.locator("dialog[open] .field").filter(has=heading).first

    async def _fill(self, field: Locator, value: Value) -> None:
        if isinstance(value, bool):
            await field.locator("input").set_checked(value)
        elif await field.locator("select").count():
            await field.locator("select").select_option(str(value))
        elif await field.locator("[type=radio]").count():
            await field.locator(f"[value='{value}']").check()
        elif await field.locator("[type=checkbox]").count():
            for box in await field.locator("[type=checkbox]").all():
                await box.set_checked((await box.get_attribute("value") or "") in value)
        else:
            await field.locator("input, textarea").fill(str(value))

    async def open(self, seen: Seen) -> None:
        message = self.page.locator(f'.pane.channel [data-line="{seen.id}"]')
        await message.get_by_role("link", name="Open thread").click()

    async def go(self, channel: str) -> None:
        link = self.page.locator(".side").get_by_role("link", name=channel, exact=True)
        if not await link.is_visible():
            await self.page.get_by_role("button", name="Menu").click()
        await link.click()


def _form(read: Mapping[str, Any]) -> SeenForm:
    fields = {
        field["label"]: SeenField(kind=field["kind"], value=field["value"], error=field["error"])
        for field in read["fields"]
    }
    return SeenForm(title=read["title"], about=read["about"], fields=fields)
