"""`/invite NAME`: a link that lets somebody in, told to the member who asked for it."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace

from adapters.web.entrance import Entrance
from adapters.web.places import member
from bot.cards import Card, Prose, Words
from bot.playbook.model import Answer, Choose, Do, Playbook
from bot.policy import Team
from bot.ports import Member, Members

_NOBODY = Team()
_OURS = Member(id="podium", name="Podium")
_COLONS = frozenset(":\u02d0\u2236\ua789")
# Letters and digits that are told from Latin letters by nobody who reads them.
_ALIKE = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0458\u0455\u0501\u04cf"
    "\u03b1\u03b2\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03b3\u0131\u0570\u0585\u057d01",
    "abekmhopctyxijsdlabeikvoptuxyihouol",
)
_ALIKE_AS_CAPITALS = str.maketrans("I\u0396\u0397\u039c\u039d\u03a5", "lZHMNY")
# Marks and letters that show nothing.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_HELP = "- `/invite` a name: a link that lets a new person in, once"


def with_invite(card: Card) -> Card:
    """The card; what the page alone can do is added to the list of what one can say."""
    match card:
        case Card(key="help", blocks=(*blocks, Prose(text))):
            return replace(card, blocks=(*blocks, Prose(f"{text}\n{_HELP}")))
        case _:
            return card


async def invitation(
    name: str,
    *,
    who: str,
    owner: Member,
    members: Members,
    entrance: Entrance,
    site: str,
    team: Team = _NOBODY,
    playbooks: Collection[Playbook] = (),
) -> Card:
    """What the member `who` is told; the link is an address under `site`."""
    someone = member(name)
    if someone is None:
        return _told("Say whom: /invite and a name.")
    everyone = [*await members.all(), owner, _OURS]
    known = next((one for one in everyone if one.id == someone.id), None)
    like = next((one for one in everyone if _seen(one.name) == _seen(someone.name)), None)
    if known and who not in (known.id, owner.id):
        # Whoever holds a link decides as the person it is for.
        return _told(
            f"{known.name} is here already. Only they can make a link for another of their "
            "devices; for somebody else of that name, invite them under another one."
        )
    if not known and _COLONS & set(someone.name):
        return _told("A name has no colon, for which it would look like somebody's identity.")
    if not known and like:
        return _told(
            f"This name would look like {like.name}'s, who is here already: invite them under "
            "another one."
        )
    if someone.id in _named(team, playbooks) and who not in (someone.id, owner.id):
        return _told(
            f"{someone.name} is in the team file or in a playbook, which say what they may "
            f"decide: only {owner.name} can make their link."
        )
    link = site + await entrance.new_link(known or someone)
    about = f"It lets {someone.name} in, once, within three days. Send it to them alone."
    blocks = (Words(about), Words(link))
    return Card(key="", title=f"A link for {someone.name}", blocks=blocks)


def _named(team: Team, playbooks: Collection[Playbook]) -> frozenset[str]:
    """Every identity, and every other name, that something may be decided by."""
    named = [*team.people.values(), *team.groups.values()]
    for playbook in playbooks:
        named.append(playbook.deliver.review.by)
        steps = playbook.steps.values()
        named += [step.by for step in steps if isinstance(step, Choose | Answer | Do)]
    return frozenset[str]().union(*named)


def _seen(name: str) -> str:
    """What a reader tells names apart by: letters, digits and the marks on them."""
    folded = unicodedata.normalize("NFKC", name).translate(_ALIKE_AS_CAPITALS).casefold()
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", folded)).translate(_ALIKE)
    seen = (sign for sign in plain if sign.isalnum() or unicodedata.category(sign)[0] == "M")
    return "".join(seen)


def _told(text: str) -> Card:
    return Card(key="", title="", blocks=(Words(text, "warn"),))
