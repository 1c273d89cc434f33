"""Reception: what people type, press and fill in becomes commands, and what they see at once.

Every platform hands its people's words in here, and shows the Reply to the one person it is for.
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import JsonValue

from bot import commands as grammar
from bot.asker import Asker, new_id
from bot.cards import Button, Card, Entries, Entry, Prose, Reply, Stamp, Words
from bot.desk import Desk
from bot.forms import (
    AT_ONCE,
    WITH_FORM,
    filled,
    gate_form,
    gate_inputs,
    pick_form,
    picked,
    pressed,
    start_form,
    trial,
)
from bot.intake import (
    NO_DOCUMENTS,
    Documents,
    Incomplete,
    Intake,
    asks_nothing_more,
    files_input,
    fill,
)
from bot.lists import cancel_card, entry, need_card
from bot.names import Names
from bot.onlooker import Onlooker
from bot.playbook.inputs import read_inputs
from bot.playbook.model import Playbook
from bot.playbook.wording import nearest
from bot.policy import waits_for
from bot.ports import Duplicate, PlaceGone, Query, Shown, Sight, Summary, Views
from bot.run import commands as c
from bot.run.decide import Asked, Refused, decide
from bot.run.events import Document
from bot.run.state import Run
from bot.scheduling import Scheduling

_LISTED = 20
_EVERY_GATE = 5_000


@dataclass(frozen=True, kw_only=True)
class Reception:
    desk: Desk
    intake: Intake
    sights: Mapping[str, Sight] = field(default_factory=dict[str, Sight])
    """By platform: who can read where."""
    views: Views | None = None
    """What stands in chat, where anything does."""
    names: Names = field(default_factory=Names)
    schedules: Scheduling | None = None
    """None where nothing is scheduled, as at a terminal."""

    def onlooker(self, who: str) -> Onlooker:
        """The runs as this person may see them."""
        return Onlooker(self.desk, self.sights, who)

    async def typed(
        self,
        text: str,
        *,
        files: Documents = NO_DOCUMENTS,
        who: str,
        place: str,
        delivery: str = "",
    ) -> Reply:
        """What a typed line gives; `files` came with it, for the input that `files_for` names."""
        match grammar.parse(text):
            case grammar.Delegate() as wanted:
                return await _told(self._delegate(wanted, files, Asker(who, place, delivery)))
            case grammar.NeedsMe():
                return await self._needs(who)
            case grammar.Runs(text=search):
                return await self._runs(search, who)
            case grammar.Playbooks():
                return self._playbooks()
            case grammar.Schedule() as said:
                return await _told(self._schedule(said, files, Asker(who, place, delivery)))
            case grammar.Decide(word=word):
                return await self._buttons(word, who)
            case grammar.Help(unknown=unknown, near=near):
                return _help(unknown, near)

    async def pressed(self, action: str, *, who: str, place: str, delivery: str = "") -> Reply:
        """What a button gives: a decision carried out, or the form it still needs."""
        return await _told(self._pressed(action, Asker(who, place, delivery)))

    async def submitted(
        self,
        action: str,
        values: Mapping[str, JsonValue],
        *,
        files: Documents = NO_DOCUMENTS,
        context: Sequence[Document] = (),
        who: str,
        place: str,
        delivery: str = "",
    ) -> Reply:
        """What a filled form gives: a run, a decision, or the form again with what is wrong.

        `context` is what a run is given beside what its playbook asks for.
        """
        asker = Asker(who, place, delivery, tuple(context))
        return await _told(self._submitted(action, values, files, asker))

    def files_for(self, text: str) -> str:
        """The input that files are for which come with a line. Raises Refused."""
        said = grammar.parse(text) if text.startswith("/") else None
        wanted = said.wanted if isinstance(said, grammar.Schedule) else said
        takers = [name for name, playbook in self._known.items() if files_input(playbook)]
        how = f"send them with /delegate {takers[0]}" if takers else "no playbook takes any"
        if not isinstance(wanted, grammar.Delegate) or not wanted.playbook:
            raise Refused(f"Files go to a playbook that takes files: {how}.")
        if name := files_input(self.intake.shelf.playbook(wanted.playbook)):
            return name
        raise Refused(f"{wanted.playbook} takes no files: remove them, or {how}.")

    def completions(self, text: str) -> Sequence[grammar.Offer]:
        """What the line so far could become."""
        return grammar.completions(text, self._known)

    @property
    def _scheduling(self) -> Scheduling:
        if self.schedules is None:
            raise Refused("There are no schedules here.")
        return self.schedules

    @property
    def _known(self) -> Mapping[str, Playbook]:
        return self.intake.shelf.library.playbooks

    # --- starting ------------------------------------------------------------------

    async def _delegate(self, wanted: grammar.Delegate, files: Documents, asker: Asker) -> Reply:
        if not wanted.playbook:
            return Reply(form=pick_form(self._known))
        try:
            playbook = self.intake.shelf.playbook(wanted.playbook)
        except Refused as refused:
            if near := nearest(wanted.playbook, self._known):
                return Reply(notice=str(refused), tone="warn", cards=(self._offered(near),))
            raise
        given = fill(playbook, wanted.given, wanted.rest)
        if asks_nothing_more(playbook, {**given, **dict.fromkeys(files)}):
            return await self._start(playbook, given, files, asker)
        unknown = {n: e for n, e in self._errors(playbook, given, asker).items() if n in given}
        return Reply(form=start_form(playbook, given, unknown))

    def _errors(
        self, playbook: Playbook, given: Mapping[str, JsonValue], asker: Asker
    ) -> dict[str, str]:
        today = self.desk.now().date()
        return read_inputs(playbook.inputs, given, today=today, requester=asker.who)[1]

    async def _start(
        self, playbook: Playbook, raw: Mapping[str, JsonValue], files: Documents, asker: Asker
    ) -> Reply:
        """The same delivery always means the same run, however often it comes."""
        try:
            start = await self.intake.start(
                playbook,
                raw,
                files,
                context=asker.context,
                who=asker.who,
                place=asker.place,
                now=self.desk.now(),
            )
        except Incomplete as incomplete:
            return Reply(form=start_form(playbook, raw, incomplete.errors))
        run_id = new_id("r", asker.delivery)
        try:
            run = await self.desk.handle(run_id, start, by=asker.who, delivery=asker.delivery)
        except (Duplicate, Refused):
            return Reply(notice="This was delegated already.", run=run_id)
        return Reply(notice=f"Delegated: {run.started.title}", tone="good", run=run.id)

    async def _schedule(self, said: grammar.Schedule, files: Documents, asker: Asker) -> Reply:
        return await self._scheduling.typed(said, files, asker)

    async def _try(self, name: str, asker: Asker) -> Reply:
        playbook = self.intake.shelf.playbook(name)
        sample = self.intake.shelf.library.samples.get(name)
        if sample is None:
            raise Refused(f"{name} has no sample to try it with.")
        values, files = self.intake.sample(sample, self.names.of(asker.who))
        return await self._start(playbook, values, files, asker)

    # --- buttons and forms -----------------------------------------------------------

    async def _pressed(self, action: str, asker: Asker) -> Reply:
        verb, _, rest = action.partition(":")
        match verb:
            case "schedule":
                return await self._scheduling.pressed(rest, asker)
            case "form":
                return Reply(form=start_form(self.intake.shelf.playbook(rest), {}))
            case "try":
                return await self._try(rest, asker)
            case "cancel":
                run = await self.onlooker(asker.who).load(rest)
                reply = await self._decide(run.id, c.Cancel(), asker)
                return replace(reply, notice=f"Cancelled: {run.started.title}", tone="good")
            case _:
                return await self._pressed_at_gate(verb, rest, asker)

    async def _pressed_at_gate(self, verb: str, rest: str, asker: Asker) -> Reply:
        run_id, gate_id, option = [*rest.split(":"), "", ""][:3]
        run = await self.onlooker(asker.who).load(run_id)
        gate = run.gates.get(gate_id)
        if verb in WITH_FORM and gate:
            self._may(run, trial(run, gate, verb), asker)
            return Reply(form=gate_form(run, gate, verb, {}), run=run.id)
        if verb in AT_ONCE | WITH_FORM:
            return await self._decide(run_id, pressed(run, gate_id, verb, option), asker)
        raise Refused("Podium does not know this button; it may be from a newer version.")

    async def _submitted(
        self, action: str, values: Mapping[str, JsonValue], files: Documents, asker: Asker
    ) -> Reply:
        verb, _, rest = action.partition(":")
        if verb == "schedule":
            return await self._scheduling.submitted(rest, values, files, asker)
        if verb == "start":
            return await self._start(self.intake.shelf.playbook(rest), values, files, asker)
        if action == "pick":
            name = picked(str(values.get("playbook") or ""))
            if name not in self._known:
                return Reply(form=pick_form(self._known, "Choose one of these."))
            return Reply(form=start_form(self.intake.shelf.playbook(name), {}))
        if verb not in WITH_FORM:
            raise Refused("Podium does not know this form; it may be from a newer version.")
        run_id, gate_id = [*rest.split(":"), ""][:2]
        run = await self.onlooker(asker.who).load(run_id)
        gate = run.gates.get(gate_id)
        if gate is None:
            return await self._decide(run_id, c.Approve(gate_id), asker)
        read, errors = read_inputs(
            gate_inputs(run, gate, verb),
            values,
            today=self.desk.now().date(),
            requester=run.started.requester,
        )
        if errors:
            return Reply(form=gate_form(run, gate, verb, values, errors), run=run.id)
        return await self._decide(run_id, filled(run, gate, verb, read), asker)

    async def _decide(self, run_id: str, command: c.Command, asker: Asker) -> Reply:
        run = await self.desk.handle(run_id, command, by=asker.who, delivery=asker.delivery)
        return Reply(run=run.id)

    def _may(self, run: Run, command: c.Command, asker: Asker) -> None:
        """Refuse before a form is filled in for nothing. Raises Refused."""
        asked = Asked(run=run.id, by=asker.who, at=self.desk.now(), team=self.desk.team)
        decide(run, command, asked)

    # --- lists -------------------------------------------------------------------------

    async def _needs(self, who: str) -> Reply:
        waiting = await self.onlooker(who).find(Query(gates_open=True, limit=_EVERY_GATE))
        team = self.desk.team
        mine = [
            (run, gate)
            for run in waiting
            for gate in run.gates
            if waits_for(who, gate, run.requester, team)
        ]
        if not mine:
            return Reply(notice="Nothing waits for you.", tone="good")
        mine.sort(key=lambda pair: pair[1].opened_at)
        more = len(mine) - _LISTED
        shown = [await self._gate_card(run.run, gate.gate) for run, gate in mine[:_LISTED]]
        notice = f"{len(mine)} waiting for you" + (f", {more} more than shown" if more > 0 else "")
        return Reply(notice=notice, cards=tuple(card for card in shown if card))

    async def _gate_card(self, run_id: str, gate_id: str) -> Card | None:
        run = await self.desk.load(run_id)
        if gate_id not in run.gates:
            return None
        key = f"draft-{len(run.drafts)}" if gate_id.startswith("review-") else f"gate-{gate_id}"
        thread = await self._message(run_id, key)
        return need_card(run, run.gates[gate_id], self.desk.team, thread)

    async def _buttons(self, word: str, who: str) -> Reply:
        """The buttons for a decision that somebody put into words, which may be meant otherwise."""
        if word == "cancel":
            own = await self.desk.find(Query(requester=who, limit=_LISTED))
            cards = [cancel_card(r, await self._message(r.run)) for r in own if not r.outcome]
            reply = Reply(notice="Nothing of yours is under way.", cards=tuple(cards))
        else:
            reply = await self._needs(who)
        told = f"A word decides nothing: press {word.capitalize()} here."
        return replace(reply, notice=told, tone="warn") if reply.cards else reply

    async def _message(self, run: str, key: str = "root") -> str:
        """The message that a run's card is, or else its first; empty while none stands."""
        shown: Mapping[str, Shown] = await self.views.shown(run) if self.views else {}
        found = shown.get(key) or shown.get("root")
        return found.message if found else ""

    async def entries(self, runs: Sequence[Summary]) -> tuple[Entry, ...]:
        """The runs as lists show them."""
        return tuple(
            [entry(r, self.names.of(r.requester), await self._message(r.run)) for r in runs]
        )

    async def _runs(self, search: str, who: str) -> Reply:
        found = await self.onlooker(who).find(Query(text=search, limit=_LISTED))
        if not found:
            return Reply(notice=f"No run matches {search}." if search else "No runs yet.")
        listed = Entries(await self.entries(found))
        return Reply(cards=(Card(key="runs", title="Runs", blocks=(listed,)),))

    def _playbooks(self) -> Reply:
        library = self.intake.shelf.library
        listed = tuple(map(self._offered, library.playbooks))
        broken = tuple(str(p) for p in library.problems if p.level == "error")
        if broken:
            text = "\n".join(f"- {problem}" for problem in broken)
            card = Card(key="broken", title="Broken files", blocks=(Prose(text),), tone="bad")
            listed = (*listed, card)
        return Reply(cards=listed, notice="" if listed else "There are no playbooks yet.")

    def _offered(self, name: str) -> Card:
        return Card(
            key=f"playbook-{name}",
            title=name,
            blocks=(Words(self._known[name].about),),
            buttons=_offers(name, name in self.intake.shelf.library.samples),
        )


async def _told(answer: Awaitable[Reply]) -> Reply:
    """The answer, or the refusal in words for the person who asked."""
    try:
        return await answer
    except Refused as refused:
        stamp = Stamp("Decided", refused.by, refused.at) if refused.at else None
        return Reply(notice=str(refused), stamp=stamp, tone="warn")
    except Duplicate as duplicate:
        return Reply(notice="This was counted already.", run=duplicate.run)
    except PlaceGone as gone:
        return Reply(notice=str(gone), tone="bad")


def _offers(name: str, has_sample: bool) -> tuple[Button, ...]:
    delegate = Button(label="Delegate", action=f"form:{name}", style="primary")
    schedule = Button(label="Schedule", action=f"schedule:form:{name}")
    trial = Button(label="Try it with the sample", action=f"try:{name}")
    return (delegate, schedule, trial) if has_sample else (delegate, schedule)


def _help(unknown: str, near: str) -> Reply:
    lines = "\n".join(f"- `/{word}` {about}" for word, about in grammar.WORDS.items())
    nearest = f"; did you mean /{near}?" if near else "."
    notice = f"There is no command /{unknown}{nearest}" if unknown else ""
    card = Card(key="help", title="What you can say", blocks=(Prose(lines),))
    return Reply(notice=notice, tone="warn" if unknown else "plain", cards=(card,))
