"""`/invite NAME`: a link that lets somebody in, told to the member who asked for it."""

from dataclasses import replace

from adapters.web.entrance import Entrance
from adapters.web.places import member
from bot.cards import Card, Prose, Words
from bot.policy import Team
from bot.ports import Member, Members

_NOBODY = Team()
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
) -> Card:
    """What the member `who` is told; the link is an address under `site`."""
    someone = member(name)
    if someone is None:
        return _told("Say whom: /invite and a name.")
    known = next((one for one in await members.all() if one.id == someone.id), None)
    if known and who not in (known.id, owner.id):
        # Whoever holds a link decides as the person it is for.
        return _told(
            f"{known.name} is here already. Only they can make a link for another of their "
            "devices; for somebody else of that name, invite them under another one."
        )
    if any(someone.id in ids for ids in team.people.values()) and who not in (someone.id, owner.id):
        return _told(
            f"{someone.name} is in the team file, which says what they may decide: only "
            f"{owner.name} can make their link."
        )
    link = site + await entrance.new_link(known or someone)
    about = f"It lets {someone.name} in, once, within three days. Send it to them alone."
    blocks = (Words(about), Words(link))
    return Card(key="", title=f"A link for {someone.name}", blocks=blocks)


def _told(text: str) -> Card:
    return Card(key="", title="", blocks=(Words(text, "warn"),))
