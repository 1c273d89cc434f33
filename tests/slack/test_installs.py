"""Several workspaces: Podium is installed in each, and what is removed is forgotten."""

import html
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from adapters.slack.installs import Vault
from adapters.slack.manifest import SCOPES
from adapters.slack.trouble import SlackTrouble
from tests.servers.slack_api import SlackApi
from tests.servers.slack_world import Workspace
from tests.slack.house import Office, office, sees, tokens, until, whispered

KEY = b"k" * 32


@dataclass
class Browser:
    """Somebody who installs Podium."""

    office: Office
    web: httpx.AsyncClient = field(default_factory=httpx.AsyncClient)

    async def asks(self) -> dict[str, str]:
        """What the install page sends to Slack."""
        page = await self.web.get(f"{self.office.slack.url}/slack/install")
        assert page.status_code == 200
        found = re.search(r'href="(https://slack\.com/oauth/v2/authorize[^"]+)"', page.text)
        assert found
        query = parse_qs(urlsplit(html.unescape(found[1])).query)
        self.keeps(query["state"][0])
        assert {"Secure", "HttpOnly"} <= {*page.headers["set-cookie"].split("; ")}
        return {name: held[0] for name, held in query.items()}

    def keeps(self, state: str) -> None:
        """The cookie, which a browser sends over HTTPS alone, as Podium is reached from afar."""
        self.web.cookies.set("slack-app-oauth-state", state, domain="127.0.0.1")

    async def agrees(self, team: Workspace, state: str) -> httpx.Response:
        """Say yes at Slack, which leads back to Podium."""
        back = f"{self.office.slack.url}/slack/oauth_redirect"
        asked = {"redirect_uri": back, "state": state, "team": team.id}
        address = f"{self.office.api.url}/oauth/v2/authorize"
        return await self.web.get(address, params=asked, follow_redirects=True)

    async def installs(self, team: Workspace) -> None:
        answer = await self.agrees(team, (await self.asks())["state"])
        assert answer.status_code == 200, answer.text


@pytest.fixture
async def shared(api: SlackApi, tmp_path: Path) -> AsyncIterator[Office]:
    """Podium for whoever installs it, reached over a socket."""
    app = api.app
    wanted = tokens(api, bot="", client_id=app.client_id, client_secret=app.client_secret)
    async with office(api, tmp_path, settings=wanted) as found:
        assert found.trouble == ""
        yield found


@pytest.fixture
async def browser(shared: Office) -> AsyncIterator[Browser]:
    browser = Browser(shared)
    yield browser
    await browser.web.aclose()


@pytest.fixture
def globex(api: SlackApi) -> Workspace:
    return api.workspace("Globex")


async def kept(office: Office, team: Workspace) -> str:
    return await office.database.installs.installed(team.id)


async def test_the_install_page_asks_for_what_the_manifest_has(browser: Browser, api: SlackApi):
    asked = await browser.asks()
    assert asked["client_id"] == api.app.client_id
    assert asked["scope"].split(",") == [*SCOPES]


async def test_each_workspace_that_installs_podium_has_its_own(
    browser: Browser, api: SlackApi, globex: Workspace
):
    for team in (api.team, globex):
        await browser.installs(team)
        ana = api.person("ana", team)
        await ana.type(f"/delegate quick topic: In {team.name}")
        draft = await sees(ana, "Draft 1", button="Approve")
        await ana.press(draft, "Approve")
        await sees(ana, "Draft 1", "Approved by ana")
    assert not any("In Globex" in said.text for said in api.person("ana").sees())


async def test_a_command_from_a_workspace_that_did_not_install_it_is_answered(
    shared: Office, api: SlackApi, globex: Workspace
):
    eve = api.person("eve", globex)
    await eve.type("/delegate quick topic: Nowhere")
    await whispered(eve, "Podium is not installed in this workspace, so nothing was begun.")
    assert api.called("chat.postMessage") == []


@pytest.mark.parametrize("age_s", [0, 601])
async def test_a_state_is_good_once_and_for_ten_minutes(
    age_s: int, browser: Browser, globex: Workspace, shared: Office
):
    fernet = Vault(shared.database.installs, KEY).fernet
    state = fernet.encrypt_at_time(b"install", int(time.time()) - age_s).decode()
    for again in (False, True):
        browser.keeps(state)
        answer = await browser.agrees(globex, state)
        assert (answer.status_code == 200) is (not again and not age_s)


async def test_a_state_is_good_in_the_browser_it_was_given_to_alone(
    browser: Browser, globex: Workspace, shared: Office
):
    state = (await browser.asks())["state"]
    other = Browser(shared)
    assert (await other.agrees(globex, state)).status_code == 400
    assert await kept(shared, globex) == ""
    await other.web.aclose()


async def test_what_another_token_sealed_is_no_state(
    browser: Browser, globex: Workspace, shared: Office
):
    await browser.installs(globex)
    forged = await kept(shared, globex)
    browser.keeps(forged)
    assert (await browser.agrees(globex, forged)).status_code == 401


async def test_tokens_are_kept_sealed_and_nobody_without_the_key_reads_them(
    browser: Browser, api: SlackApi, globex: Workspace, shared: Office
):
    await browser.installs(globex)
    sealed = await kept(shared, globex)
    installs = shared.database.installs
    token = await Vault(installs, KEY).get(globex.id)
    assert token in api.tokens
    assert token not in sealed
    with pytest.raises(SlackTrouble, match="install the app again"):
        await Vault(installs, b"another").get(globex.id)


async def test_an_uninstalled_workspace_is_forgotten_and_can_come_back(
    browser: Browser, api: SlackApi, globex: Workspace, shared: Office
):
    async def forgotten() -> bool:
        return await kept(shared, globex) == ""

    await browser.installs(globex)
    api.admin.uninstall(globex)
    await until(forgotten)
    await browser.installs(globex)
    ana = api.person("ana", globex)
    await ana.type("/delegate quick topic: Back")
    await sees(ana, "Draft 1", button="Approve")


async def test_a_person_who_takes_their_own_token_back_uninstalls_nothing(
    browser: Browser, api: SlackApi, globex: Workspace, shared: Office
):
    await browser.installs(globex)
    api.event(globex, {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}})
    await api.deliveries.quiet()
    await api.person("ana", globex).type("/delegate quick topic: Still here")
    await sees(api.person("ana", globex), "Draft 1", button="Approve")
    assert await kept(shared, globex)


async def test_what_was_installed_stands_after_a_restart(
    api: SlackApi, tmp_path: Path, globex: Workspace
):
    app = api.app
    wanted = tokens(api, bot="", client_id=app.client_id, client_secret=app.client_secret)
    async with office(api, tmp_path, settings=wanted) as first:
        browser = Browser(first)
        await browser.installs(globex)
        await browser.web.aclose()
    async with office(api, tmp_path, settings=wanted):
        await api.person("ana", globex).type("/delegate quick topic: Next day")
        await sees(api.person("ana", globex), "Draft 1", button="Approve")


async def test_a_workspace_that_installed_podium_sees_nothing_of_another_nor_of_its_owners(
    api: SlackApi, tmp_path: Path, globex: Workspace
):
    app = api.app
    own = tokens(api, client_id=app.client_id, client_secret=app.client_secret)
    async with office(api, tmp_path, settings=own) as house:
        browser = Browser(house)
        await browser.installs(globex)
        await browser.web.aclose()
        await api.person("ana").type("/delegate quick topic: Of Acme")
        await sees(api.person("ana"), "Draft 1", button="Approve")
        eve = api.person("eve", globex)
        await eve.type("/runs")
        await whispered(eve, "No runs yet.")
