"""Whom Slack rings for, and when: those a gate waits for, and again at the gate's own times."""

from datetime import timedelta
from pathlib import Path

from tests.servers.slack_api import SlackApi
from tests.servers.slack_person import Person
from tests.slack.house import Office, office, sees

WATCHED = """\
about: Work that the leads judge too.
inputs:
  topic: {type: text}
steps:
  day:
    human: answer
    ask: On which day is {{ topic }}?
    options: [Monday, Friday]
    remind: 1h
  draft:
    by: writer
    do: Write on {{ topic }} for {{ day }}.
deliver:
  from: draft
  review: {by: [requester, leads], remind: 4h}
"""


def rings(api: SlackApi, person: Person) -> int:
    """How often something was said that names the person: a message that is edited rings nobody."""
    said = ("chat.postMessage", "chat.postEphemeral", "chat.startStream")
    told = (call for call in api.calls if call.method in said and not call.error)
    return sum(f"<@{person.id}>" in str(call.arguments) for call in told)


async def later(at_work: Office, hours: float) -> None:
    """The time is so much later, and what is due is done and shown."""
    desk, then = at_work.house.desk, at_work.house.desk.now() + timedelta(hours=hours)
    desk.now = lambda: then
    await desk.tick()
    await desk.tick()
    await at_work.threads.quiet()


async def test_a_gate_rings_once_for_each_it_waits_for_and_again_at_its_own_times(
    api: SlackApi, tmp_path: Path
):
    ana, ben, dan = api.person("ana"), api.person("ben"), api.person("dan")
    books, team = tmp_path / "playbooks", tmp_path / "team.yaml"
    (books / "specialists").mkdir(parents=True)
    (books / "specialists" / "writer.md").write_text("---\nname: writer\n---\nYou write.", "utf-8")
    (books / "watched.yaml").write_text(WATCHED, "utf-8")
    people = f"  ana: slack:{api.team.id}:{ana.id}\n  ben: slack:{api.team.id}:{ben.id}\n"
    team.write_text(f"people:\n{people}groups:\n  leads: [ben]\n", "utf-8")
    async with office(api, tmp_path, playbooks=books, team=team) as at_work:

        def rang() -> tuple[int, int, int]:
            return rings(api, ana), rings(api, ben), rings(api, dan)

        await ana.type("/delegate watched topic: Tides")
        asked = await sees(ana, "On which day is Tides?", button="Monday")
        assert rang() == (1, 0, 0)
        await later(at_work, 0.9)
        assert rang() == (1, 0, 0)
        await later(at_work, 0.2)
        assert rang() == (2, 0, 0)
        await ana.press(asked, "Monday")
        draft = await sees(ana, "Draft 1", button="Approve")
        assert rang() == (3, 1, 0)
        await later(at_work, 3.9)
        assert rang() == (3, 1, 0)
        await later(at_work, 0.2)
        await later(at_work, 4.1)
        assert rang() == (5, 3, 0)
        await ben.press(draft, "Approve")
        await sees(ana, "Closed by ben")
        await later(at_work, 24)
        assert rang() == (5, 3, 0)
        assert ana.pings() == []
