"""What the requester is told alone when a run's thread is gone."""

from bot.cards.model import Block, Card, Prose, Words
from bot.playbook.templates import text
from bot.run.state import Run


def gone_card(run: Run, why: str) -> Card:
    """Why nothing is shown in the thread, and, when the run is over, its result."""
    if not run.outcome:
        said = f"{why} The run goes on without its thread: /needs-me shows what waits for you."
        return Card(key="gone", title=run.started.title, blocks=(Words(said, "warn"),))
    blocks: list[Block] = [Words(f"{why} The run is over: {run.outcome}.", "warn")]
    if run.drafts:
        last = run.drafts[-1]
        blocks.append(Prose(text(last.value), label=f"Draft {last.number}"))
    return Card(key="gone-ended", title=run.started.title, blocks=tuple(blocks))
