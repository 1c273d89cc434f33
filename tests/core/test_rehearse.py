"""A rehearsal shows what a run would do, with placeholders for what is not there yet."""

from bot.rehearse import RehearsedCall, rehearse
from bot.run.commands import Start
from bot.run.events import Brief, Last
from tests.fakes_model import HeldModel
from tests.run.director import ANA, NINE, ROLES, TEAM, Steps, playbook

STEPS: Steps = {
    "facts": {
        "by": "writer",
        "do": "Since {{ since }}. "
        "{% if last.result %}{{ last.approved_at }}: {{ last.result.facts | join('; ') }}"
        "{% endif %}",
        "returns": {"facts": ["text"]},
    },
    "best": {"by": "critic", "judge": "facts", "rubric": ["Short"]},
}


async def tasks(brief: Brief) -> str:
    """What the first step is asked."""
    start = Start(
        playbook=playbook(STEPS), specialists=ROLES, brief=brief, place="web:w:g", requester=ANA
    )
    acts = await rehearse(start, model=HeldModel(), tools={}, team=TEAM, now=NINE)
    calls = [act.request.instructions for act in acts if isinstance(act, RehearsedCall)]
    assert len(calls) == 2
    return calls[0]


async def test_a_predecessor_stands_there_in_placeholders_of_the_shape_it_will_have() -> None:
    said = "«last.approved_at»: «last.result.facts 1»; «last.result.facts 2»"
    assert f"Since «since». {said}" in await tasks(Brief())


async def test_a_predecessor_that_is_there_is_taken() -> None:
    last = Last(result={"facts": ["It rains."]}, approved_at="Monday")
    assert "Since 9:00. Monday: It rains." in await tasks(Brief(last=last, since="9:00"))
