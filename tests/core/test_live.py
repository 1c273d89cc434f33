"""What happens now, told to whoever listens."""

import pytest

from bot.live import Live, News, Words
from bot.run.events import Task

NEWS = Words(Task(run="r1", step="draft"), "The")


def test_listeners_are_told_until_they_stop() -> None:
    live, heard = Live(), list[News]()
    stop = live.listen(heard.append)
    live.tell(NEWS)
    stop()
    live.tell(NEWS)
    assert heard == [NEWS]


def test_a_listener_that_fails_keeps_nothing_from_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(news: News) -> None:
        raise RuntimeError("oh")

    live, heard = Live(), list[News]()
    live.listen(fail)
    live.listen(heard.append)
    live.tell(NEWS)
    assert heard == [NEWS]
    assert "listener_failed news=Words" in caplog.text
