from datetime import timedelta
from itertools import pairwise

from adapters.web.views.timeline import Row, Timeline, scale, timeline
from bot.playbook.model import Playbook
from bot.run import commands as c
from tests.run.director import ANA, BO, DRAFT, Directed, playbook


def shown(told: Directed) -> Timeline:
    return timeline(told.records, told.run, told.now, {})


def row(told: Directed, label: str) -> Row:
    return next(row for row in shown(told)["rows"] if row["label"] == label)


def passes(told: Directed, seconds: float) -> None:
    told.now += timedelta(seconds=seconds)


def works(told: Directed, step: str, seconds: float, value: str = "Done.", part: int = 0) -> None:
    told.begin(step, part)
    passes(told, seconds)
    told.end(step, part)
    told.give(c.Finish(task=told.task(step, part), value=value), by="podium")


def test_a_bar_is_as_long_as_its_call_and_has_its_specialists_colour():
    told = Directed(playbook({**DRAFT, "polish": {"by": "critic", "do": "Polish {{ draft }}."}}))
    works(told, "draft", 20)
    works(told, "polish", 10)
    draft, polish = row(told, "Draft")["bars"][0], row(told, "Polish")["bars"][0]
    assert (draft["x"], draft["width"], draft["took"]) == (0, 20, "20 s")
    assert (polish["x"], polish["width"]) == (20, 10)
    assert (row(told, "Draft")["hue"], row(told, "Polish")["hue"]) == (1, 2)
    assert (row(told, "Draft")["who"], row(told, "Polish")["who"]) == ("writer", "critic")


def test_a_call_under_way_reaches_to_now_and_moves():
    told = Directed()
    told.begin("draft")
    passes(told, 12)
    bar = row(told, "Draft")["bars"][0]
    assert (bar["kind"], bar["width"], bar["came"]) == ("now", 12, "under way")
    assert shown(told)["moving"]


def test_a_call_that_failed_says_why_and_its_retry_stands_behind_it():
    told = Directed()
    told.begin("draft")
    passes(told, 3)
    told.give(c.FailCall(task=told.task("draft"), why="overloaded"), by="podium")
    passes(told, 2)
    works(told, "draft", 5)
    failed, again = row(told, "Draft")["bars"]
    assert (failed["kind"], failed["came"]) == ("failed", "failed: overloaded")
    assert (again["kind"], again["lane"]) == ("done", 0)
    assert again["x"] == 5


def test_parts_that_work_at_once_stand_in_lanes_of_one_row():
    told = Directed(playbook({"draft": {**DRAFT["draft"], "variants": 3}}))
    for part in range(2):
        told.begin("draft", part)
    passes(told, 10)
    for part in range(2):
        told.end("draft", part)
    works(told, "draft", 10, part=2)
    draft = row(told, "Draft")
    assert draft["lanes"] == 2
    assert [(bar["what"], bar["lane"]) for bar in draft["bars"]] == [
        ("Draft 1", 0),
        ("Draft 2", 1),
        ("Draft 3", 0),
    ]


def revised() -> Directed:
    told = Directed()
    works(told, "draft", 10)
    passes(told, 2 * 86_400)
    told.give(c.Revise("review-1", note="Shorter"), by=ANA)
    works(told, "draft", 10)
    return told


def test_another_attempt_is_told_from_the_first():
    bars = row(revised(), "Draft")["bars"]
    assert [bar["what"] for bar in bars] == ["Draft", "Draft, attempt 2"]


def test_days_of_waiting_are_cut_so_that_the_work_is_seen():
    told = revised()
    line = shown(told)
    assert [gap["took"] for gap in line["breaks"]] == ["2 d"]
    work = sum(bar["width"] for bar in row(told, "Draft")["bars"])
    assert work / line["total"] > 0.9
    after = row(told, "Draft")["bars"][1]
    gap = line["breaks"][0]
    assert after["x"] >= gap["x"] + gap["width"]


def test_waiting_for_people_is_a_bar_with_who_was_waited_for_and_who_came():
    review = row(revised(), "Review")
    waited, waits = review["bars"]
    assert review["who"] == "ana"
    assert (waited["kind"], waited["what"], waited["took"]) == ("waited", "Draft 1", "2 d")
    assert waited["came"] == "sent back by ana"
    assert (waits["kind"], waits["what"], waits["came"]) == ("waits", "Draft 2", "waits")


def asked() -> Playbook:
    choose = {"human": "answer", "ask": "When?", "by": "bo"}
    return playbook({"day": choose, "draft": {"by": "writer", "do": "Write for {{ day }}."}})


def test_a_run_in_which_nobody_worked_yet_still_shows_its_waiting():
    told = Directed(asked())
    passes(told, 3600)
    line = shown(told)
    assert [(one["label"], one["who"]) for one in line["rows"]] == [("Day", "bo")]
    assert (line["breaks"], line["moving"]) == ([], False)
    assert line["rows"][0]["bars"][0]["width"] == line["total"] == 3600


def test_an_ended_run_does_not_grow():
    told = Directed(asked())
    passes(told, 60)
    told.give(c.Cancel(), by=ANA)
    before = shown(told)
    passes(told, 86_400)
    assert shown(told) == before


def test_an_answer_ends_its_waiting():
    told = Directed(asked())
    passes(told, 60)
    told.give(c.Answer("day.1", value="Friday"), by=BO)
    assert row(told, "Day")["bars"][0]["came"] == "answered by bo"


def test_ticks_stand_apart_and_begin_each_stretch_of_work():
    line = shown(revised())
    ticks = [tick["x"] for tick in line["ticks"]]
    assert ticks[0] == 0
    assert all(b - a > line["total"] / 10 for a, b in pairwise(ticks))
    gap = line["breaks"][0]
    assert any(tick >= gap["x"] + gap["width"] for tick in ticks)
    assert not any(gap["x"] < tick < gap["x"] + gap["width"] for tick in ticks)


def test_many_rests_together_leave_most_of_the_room_to_work():
    busy = [(n * 10_000.0, n * 10_000.0 + 60) for n in range(100)]
    stretches = scale(busy, 0, busy[-1][1])
    cut = sum(piece.width for piece in stretches if piece.cut)
    assert cut < 0.5 * sum(piece.width for piece in stretches)
    assert [piece.x for piece in stretches] == sorted(piece.x for piece in stretches)


def test_a_run_that_has_only_begun_has_room_for_its_axis():
    told = Directed()
    assert shown(told)["rows"] == []
    assert shown(told)["total"] > 0
