"""Steps that do something in the world: today, a message to a channel."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.cards.run import post_card
from bot.desk import PODIUM, Desk
from bot.places import channel, chat_of
from bot.playbook.model import Act
from bot.playbook.templates import TemplateError, render
from bot.ports import Chat, PlaceGone
from bot.run.commands import Fail, Finish
from bot.run.events import Task


@dataclass(frozen=True)
class Acts:
    """Does tasks of act steps, each once: the task's key is the post's key."""

    desk: Desk
    chats: Mapping[str, Chat]

    async def work(self, task: Task) -> None:
        """Post and report. A place that is gone is a failure a person is asked about."""
        run = await self.desk.load(task.run)
        step = run.step(task.step)
        if not isinstance(step, Act):
            raise TypeError(f"{task.step} is not an act")
        place = channel(step.act.post, run.started.place)
        try:
            card = post_card(run, task.step, render(step.say, run.values()))
            message = await chat_of(self.chats, place).post(place, card, task.key)
        except (PlaceGone, TemplateError) as problem:
            why = f"Posting to {step.act.post}: {problem}"
            await self.desk.handle(task.run, Fail(task=task, why=why), by=PODIUM)
            return
        await self.desk.handle(task.run, Finish(task=task, value=message), by=PODIUM)
