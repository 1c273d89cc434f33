"""Files that people hand over: read at once, kept for the one who sent them."""

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from adapters.documents import UnreadableFile, read_document
from adapters.web.guard import MEMBER
from adapters.web.uploads import Lost, Uploads
from bot.names import Names

ANA, BEN = "web:podium:ana", "web:podium:ben"


class Desk:
    """Uploads, and a browser whose member the guard has found to be Ana."""

    def __init__(self) -> None:
        self.uploads = Uploads(read_document, UnreadableFile, Names())
        app = FastAPI()
        app.include_router(self.uploads.router)

        async def as_ana(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, MEMBER: ANA}, receive, send)

        self._browser = TestClient(as_ana)

    def send(self, name: str, data: bytes):
        return self._browser.post("/upload", params={"name": name}, content=data)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_file_is_read_and_given_to_the_form_of_its_sender(desk: Desk):
    ids = [desk.send(name, b"Gr\xc3\xbc\xc3\x9fe").json()["id"] for name in ("a.md", "b.txt")]
    documents = desk.uploads.documents(ANA, ids)
    assert [(one.name, one.text) for one in documents] == [("a.md", "Grüße"), ("b.txt", "Grüße")]
    assert documents[0].source == "a file from ana"


def test_nobody_else_can_take_it(desk: Desk):
    ids = [desk.send("a.md", b"secret").json()["id"]]
    with pytest.raises(Lost, match="choose it again"):
        desk.uploads.documents(BEN, ids)


def test_a_file_that_cannot_be_read_is_refused_in_words(desk: Desk):
    answer = desk.send("song.mp3", b"ID3")
    assert answer.status_code == 422
    assert "does not read" in answer.json()["error"]


def test_a_file_that_is_gone_is_told(desk: Desk):
    with pytest.raises(Lost):
        desk.uploads.documents(ANA, ["made-up"])


def test_a_form_may_be_sent_again_with_the_same_files(desk: Desk):
    ids = [desk.send("a.md", b"text").json()["id"]]
    assert desk.uploads.documents(ANA, ids) == desk.uploads.documents(ANA, ids)


def test_the_oldest_files_make_room(desk: Desk):
    text = b"a" * 900_000
    first = desk.send("first.txt", text).json()["id"]
    last = [desk.send("next.txt", text).json()["id"] for _ in range(23)][-1]
    assert desk.uploads.documents(ANA, [last])
    with pytest.raises(Lost):
        desk.uploads.documents(ANA, [first])
