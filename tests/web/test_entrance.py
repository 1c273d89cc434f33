"""The entrance and the guard before it: who gets in, and what is turned away."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI, Request, WebSocket
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from adapters.web.entrance import LINK, SESSION, Entrance
from adapters.web.guard import COOKIE, MAX_BODY, MEMBER, Guard
from bot.ports import Member
from tests.fakes import FakeMembers

ORIGIN = "http://127.0.0.1:8321"
OWNER = Member(id="web:podium:owner", name="Owner")
ANA = Member(id="web:podium:ana", name="Ana")
SECRET = b"s" * 32
HTML = {"Accept": "text/html"}


class Site:
    """The entrance and the guard around a page that says who came."""

    def __init__(self, token: str = "") -> None:
        self.time = datetime(2026, 11, 30, 9, tzinfo=UTC)
        self.members = FakeMembers()
        self.entrance = Entrance(
            members=self.members, owner=OWNER, token=token, secret=SECRET, now=lambda: self.time
        )
        app = FastAPI()
        app.include_router(self.entrance.router)

        @app.websocket("/_nicegui_ws/socket.io/")
        async def socket(websocket: WebSocket) -> None:
            await websocket.accept()
            await websocket.send_text(websocket.scope[MEMBER])

        @app.api_route("/{path:path}", methods=["GET", "POST"])
        async def page(request: Request) -> str:
            await request.body()
            return str(request.scope[MEMBER])

        self.guard = Guard(app, session=self.entrance.session, hosts={"podium.example"})
        self.browser = TestClient(self.guard, base_url=ORIGIN, follow_redirects=False)

    async def link(self, member: Member = ANA) -> str:
        return await self.entrance.new_link(member)

    def press_enter(self, link: str, **form: str):
        """Open the link and press the page's one button."""
        page = self.browser.get(link)
        assert page.status_code == 200
        held = {name: value[0] for name, value in parse_qs(urlsplit(link).query).items()}
        return self.post({**held, **form})

    def post(self, form: dict[str, str], origin: str = ORIGIN):
        return self.browser.post("/enter", data=form, headers={"Origin": origin})

    def who(self) -> str | None:
        """Whom the page takes the browser for."""
        answer = self.browser.get("/c/general")
        return answer.json() if answer.status_code == 200 else None


@pytest.fixture
def site() -> Site:
    return Site()


async def test_a_link_lets_its_member_in(site: Site):
    entered = site.press_enter(await site.link())
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert site.who() == ANA.id


async def test_the_session_is_kept_from_scripts_and_other_sites(site: Site):
    cookie = site.press_enter(await site.link()).headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=2592000"} <= set(cookie.split("; "))


async def test_opening_a_link_does_not_use_it_up(site: Site):
    link = await site.link()
    for _ in range(3):
        assert site.browser.get(link).status_code == 200
    assert site.who() is None
    assert site.press_enter(link).status_code == 303


async def test_a_link_lets_in_once(site: Site):
    link = await site.link()
    site.press_enter(link)
    site.browser.cookies.clear()
    again = site.press_enter(link)
    assert again.status_code == 403
    assert "used before" in again.text
    assert site.who() is None


async def test_an_old_link_lets_nobody_in(site: Site):
    link = await site.link()
    site.time += LINK + timedelta(seconds=1)
    assert site.press_enter(link).status_code == 403
    assert site.who() is None


async def test_a_pass_is_kept_as_its_hash_only(site: Site):
    word = parse_qs(urlsplit(await site.link()).query)["pass"][0]
    assert word not in str(site.members.passes)


def test_a_made_up_pass_lets_nobody_in(site: Site):
    assert site.post({"pass": "made-up"}).status_code == 403
    assert site.post({"pass": ""}).status_code == 403
    assert site.post({}).status_code == 403
    assert site.who() is None


@pytest.mark.parametrize("token", ["", "wrong", "t0ke", "t0ken ", "T0KEN", "ключ"])
def test_a_wrong_token_lets_nobody_in(token: str):
    site = Site(token="t0ken")
    assert site.post({"token": token}).status_code == 403
    assert site.who() is None


def test_no_token_opens_a_site_that_has_none(site: Site):
    assert site.post({"token": ""}).status_code == 403
    assert site.post({"token": "None"}).status_code == 403


def test_the_token_lets_the_owner_in():
    site = Site(token="t0ken")
    assert site.press_enter("/enter?token=t0ken").status_code == 303
    assert site.who() == OWNER.id


def test_the_entrance_asks_for_the_token_where_there_is_one():
    assert 'name="token"' in Site(token="t0ken").browser.get("/enter").text
    assert 'name="token"' not in Site().browser.get("/enter").text


def test_after_ten_wrong_tries_an_address_waits():
    site = Site(token="t0ken")
    for _ in range(10):
        assert site.post({"token": "wrong"}).status_code == 403
    assert site.post({"token": "t0ken"}).status_code == 429
    site.time += timedelta(minutes=10)
    assert site.post({"token": "t0ken"}).status_code == 303


def test_the_addresses_of_one_network_wait_together():
    tries = [f"2001:db8::{n:x}" for n in range(11)]
    site = Site(token="t0ken")
    came = [TestClient(site.guard, ORIGIN, client=(one, 1)) for one in tries]
    answers = [
        one.post("/enter", data={"token": "wrong"}, headers={"Origin": ORIGIN}) for one in came
    ]
    assert [one.status_code for one in answers] == [403] * 10 + [429]


@pytest.mark.parametrize("encoding", ["utf-8", "punycode", "unicode_escape", "idna"])
def test_a_form_in_parts_which_names_its_encoding_is_not_read(encoding: str):
    site = Site(token="t0ken")
    part = b'--X\r\nContent-Disposition: form-data; name="token"\r\n\r\nt0ken\\ud800\r\n--X--\r\n'
    kind = f"multipart/form-data; boundary=X; charset={encoding}"
    refused = site.browser.post(
        "/enter", content=part, headers={"Origin": ORIGIN, "Content-Type": kind}
    )
    assert refused.status_code == 403


async def test_entering_often_bars_nobody(site: Site):
    for _ in range(20):
        assert site.press_enter(await site.link()).status_code == 303


# --- sessions -----------------------------------------------------------------------


def signed(value: object, secret: bytes = SECRET, salt: str = "podium session") -> str:
    return str(URLSafeTimedSerializer(secret, salt=salt).dumps(value))


# Made when the test runs: a cookie holds the time of its signing, and a test's name must not.
TAMPERED: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "nonsense": lambda: "nonsense",
    "its end changed": lambda: signed(ANA.id)[:-1] + "!",
    "its start changed": lambda: "x" + signed(ANA.id),
    "another secret": lambda: signed(ANA.id, secret=b"t" * 32),
    "another purpose": lambda: signed(ANA.id, salt="another purpose"),
    "another shape": lambda: signed(["web:podium:ana"]),
    "no signature": lambda: signed(ANA.id).split(".")[0],
    "a header's end": lambda: '"; Path=/',
}


@pytest.mark.parametrize("cookie", TAMPERED)
def test_a_tampered_session_is_no_session(site: Site, cookie: str):
    site.browser.cookies.clear()
    header = {"Cookie": f"{COOKIE}={TAMPERED[cookie]()}"}
    assert site.browser.get("/", headers=header).status_code == 303


def test_a_session_that_is_signed_stands(site: Site):
    cookie = {"Cookie": f"{COOKIE}={signed(ANA.id)}"}
    assert site.browser.get("/", headers=cookie).json() == ANA.id


class LongAgo(TimestampSigner):
    """Signs as it would have signed just before a session's time."""

    def get_timestamp(self) -> int:
        return super().get_timestamp() - int(SESSION.total_seconds()) - 60


def test_a_session_ends_after_thirty_days(site: Site):
    old = URLSafeTimedSerializer(SECRET, salt="podium session", signer=LongAgo).dumps(ANA.id)
    assert site.browser.get("/", headers={"Cookie": f"{COOKIE}={old}"}).status_code == 303


# --- finding the way ------------------------------------------------------------------


def test_whoever_is_not_in_is_sent_to_the_entrance_and_back(site: Site):
    sent = site.browser.get("/c/発表/ab12")
    assert sent.status_code == 303
    assert parse_qs(urlsplit(sent.headers["location"]).query)["next"] == ["/c/発表/ab12"]


async def test_the_way_onward_keeps_what_an_address_asks_for(site: Site):
    sent = site.browser.get("/c/general/ab12?at=cd34&x=%26").headers["location"]
    onward = parse_qs(urlsplit(sent).query)["next"][0]
    entered = site.press_enter(await site.link(), next=onward)
    assert entered.headers["location"] == "/c/general/ab12?at=cd34&x=%26"


async def test_a_link_leads_on_to_where_its_reader_was_sent_away_from(site: Site):
    site.browser.get("/enter?next=/c/general?at=ab12&again=1")
    assert 'value="/c/general?at=ab12"' in site.browser.get(await site.link()).text
    site.press_enter(await site.link())
    assert "general" not in site.browser.get(await site.link()).text


async def test_a_page_left_open_may_ask_whose_the_session_is(site: Site):
    assert site.browser.get("/entered").json() == {"member": None}
    site.press_enter(await site.link())
    answer = site.browser.get("/entered")
    assert answer.json() == {"member": ANA.id}
    assert answer.headers["cache-control"] == "no-store"


async def test_a_link_from_another_site_finds_its_session_by_asking_again(site: Site):
    """The browser keeps a strict cookie back at first, and sends it when the page itself asks."""
    site.press_enter(await site.link())
    kept = site.browser.cookies.get(COOKIE) or ""
    site.browser.cookies.clear()
    first = site.browser.get(site.browser.get("/c/launches").headers["location"])
    assert 'http-equiv="refresh"' in first.text
    again = first.text.split("url=")[1].split('"')[0].replace("&amp;", "&")
    cookie = {"Cookie": f"{COOKIE}={kept}"}
    found = site.browser.get(again, headers=cookie)
    assert (found.status_code, found.headers["location"]) == (303, "/c/launches")
    assert "refresh" not in site.browser.get(again).text


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "///evil.example",
        "/.//evil.example",
        "/..//evil.example",
        "/%2e//evil.example",
        "/%2E%2e/evil.example",
        "/c//evil.example",
        "//evil.example/",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=1",
        "http://[bad",
        "",
    ],
)
async def test_entering_leads_to_this_site_only(site: Site, onward: str):
    entered = site.press_enter(await site.link(), next=onward)
    assert entered.headers["location"] == "/"


@pytest.mark.parametrize("onward", ["//evil.example/", "/.//evil.example"])
def test_no_page_of_the_entrance_keeps_a_way_to_elsewhere(onward: str):
    site = Site(token="t0ken")
    pages = [
        site.browser.get("/enter", params={"next": onward}).text,
        site.browser.get("/enter", params={"next": onward, "again": "1"}).text,
        site.browser.get("/enter", params={"next": onward, "token": "t0ken"}).text,
        site.post({"token": "wrong", "next": onward}).text,
    ]
    assert "evil" not in "".join(pages)


async def test_entering_leads_where_one_was_going(site: Site):
    entered = site.press_enter(await site.link(), next="/c/general/ab12")
    assert entered.headers["location"] == "/c/general/ab12"


def test_what_is_in_an_address_is_shown_as_text(site: Site):
    page = site.browser.get(
        "/enter", params={"pass": '"><script>alert(1)</script>', "next": "/<b>"}
    )
    assert "<script" not in page.text
    assert "<b>" not in page.text


def test_machines_need_no_session(site: Site):
    assert site.browser.get("/healthz").status_code == 200
    assert site.browser.get("/metrics", headers={"Host": "scraper.example"}).status_code == 200


@pytest.mark.parametrize("path", ["/_nicegui/x", "/_nicegui_ws/socket.io/", "/upload"])
def test_programs_without_a_session_are_told_so(site: Site, path: str):
    post = site.browser.post(path, headers={"Origin": ORIGIN})
    assert (post.status_code, "Enter first" in post.json()["error"]) == (401, True)


# --- other sites ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1:1",
        "http://127.0.0.1:8321.evil.example",
        "http://[",
        "",
    ],
)
async def test_a_request_of_another_site_is_refused(site: Site, origin: str):
    link = await site.link()
    word = parse_qs(urlsplit(link).query)["pass"][0]
    assert site.post({"pass": word}, origin=origin).status_code == 403
    assert site.press_enter(link).status_code == 303  # the pass was not used up
    assert site.post({}, origin=origin).status_code == 403
    assert site.browser.get("/", headers={"Origin": origin}).status_code == 403


def test_a_post_that_hides_where_it_comes_from_is_refused(site: Site):
    assert site.browser.post("/enter", data={"pass": "x"}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {},
        {"Origin": "http://evil.example", "Host": "evil.example"},
    ],
)
def test_a_websocket_of_another_site_is_refused(site: Site, headers: dict[str, str]):
    headers = {"Host": "127.0.0.1:8321", "Cookie": f"{COOKIE}={signed(ANA.id)}", **headers}
    with (
        pytest.raises(WebSocketDisconnect),
        site.browser.websocket_connect("/_nicegui_ws/socket.io/", headers=headers),
    ):
        pass


def test_a_websocket_without_a_session_is_refused(site: Site):
    with (
        pytest.raises(WebSocketDisconnect),
        site.browser.websocket_connect("/_nicegui_ws/socket.io/", headers={"Origin": ORIGIN}),
    ):
        pass


def test_a_websocket_of_the_page_is_let_through(site: Site):
    session = f"{COOKIE}={signed(ANA.id)}"
    headers = {"Origin": ORIGIN, "Host": "127.0.0.1:8321", "Cookie": session}
    with site.browser.websocket_connect("/_nicegui_ws/socket.io/", headers=headers) as socket:
        assert socket.receive_text() == ANA.id


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8321", "", "127.0.0.1.evil.example"]
)
def test_a_name_that_was_rebound_to_this_machine_is_refused(site: Site, host: str):
    assert site.browser.get("/enter", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost:8321", "[::1]:8321", "192.168.1.7", "Podium.example:80"]
)
def test_the_names_of_the_site_are_answered(site: Site, host: str):
    assert site.browser.get("/enter", headers={"Host": host}).status_code == 200


# --- what comes and goes --------------------------------------------------------------


async def test_a_body_that_is_too_large_is_refused(site: Site):
    site.press_enter(await site.link())
    headers = {"Origin": ORIGIN}
    assert site.browser.post("/x", content=b"a" * MAX_BODY, headers=headers).status_code == 200
    over = site.browser.post("/x", content=b"a" * (MAX_BODY + 1), headers=headers)
    assert (over.status_code, "1 MB" in over.json()["error"]) == (413, True)


async def test_a_body_that_does_not_say_its_size_is_counted(site: Site):
    site.press_enter(await site.link())

    def parts() -> Iterator[bytes]:
        for _ in range(20):
            yield b"a" * (MAX_BODY // 10)

    over = site.browser.post("/x", content=parts(), headers={"Origin": ORIGIN})
    assert over.status_code == 413


def test_every_response_says_what_browsers_may_do_with_it(site: Site):
    for path in ("/enter", "/", "/healthz"):
        headers = site.browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert "script-src 'self' 'nonce-" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] in {"no-referrer", "same-origin"}
        assert headers["cross-origin-resource-policy"] == "same-origin"
    assert site.browser.get("/enter").headers["cache-control"] == "no-store"


def test_a_refusal_is_json_for_programs(site: Site):
    answer = site.browser.get("/enter", headers={"Host": "evil.example"})
    assert json.loads(answer.text)["error"].startswith("Podium does not answer")
