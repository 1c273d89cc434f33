"""Words as the understudy compares them."""

import re
from collections.abc import Iterator
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:[.,’'-][^\W_]+)*")
_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ies", "ers", "ed")
_SHORTEST_STEM = 4
_LABELLED_ACTION = re.compile(r"(?:action|todo|to do|next(?: week)?)\b[^:]{0,12}:", re.IGNORECASE)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words too common to tell one passage from another.
COMMON = _set(
    "a about above after again all also am an and any are as at be because been before being"
    " below between both but by can could did do does doing don’t don't down during each few for"
    " from further had has have having he her here hers him his how i i'd i'll i'm i've if in"
    " into is it it's its itself just let’s let's ll may me might more most much must my no nor"
    " not now of off on once one only or other our out over own per same say says she should so"
    " some such than that the their them then there these they this those through to too under"
    " until up upon us very was we were what when where which while who whom whose why will with"
    " within without would yes yet you your der das und ist nicht mit für von zu den dem ein"
    " eine im auf es sich le la les et est un une des pour dans que qui"
)
# Words of tasks rather than of their subject.
CRAFT = _set(
    "write list give say name entry entries sentence sentences paragraph section sections order"
    " word words page document documents text brief facts fact source sources task house style"
    " reader readers title quote quoted passage best first one two three four five six at least"
    " most each every short long own none empty leave true false heading table line lines item"
    " items what make made draft use used below above result results material thing things way"
    " kind end ends"
)
# Words that say what to do with a draft.
WISHES = _set(
    "add also begin beginning cut delete detail drop front include insert lead leading leave longer"
    " make mention more omit open please put quote remove say shorten shorter start starting strike"
    " take top without"
)
# Words that stand before a colon and name no person.
LABELS = _set(
    "action actions agenda agreed also answer apologies approved attending author bottom budget"
    " conclusion context cost costs date deadline decided decision decisions draft due example"
    " fact feedback figure figures from goal goals idea important in issue issues location"
    " meeting minutes monday next note notes on open options our outcome overview owner"
    " participants plan present price prices problem problems progress question questions reason"
    " reply result results risk risks scope second short solution source sources status step"
    " steps subject summary task tasks thanks that the there third this thursday time title to"
    " today todo tomorrow topic topics tuesday update version warning we wednesday week what"
    " when where who why friday saturday sunday"
)
NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15,
}  # fmt: skip


def words(text: str) -> list[str]:
    """The words of a text as they stand."""
    return _WORD.findall(text)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """What the forms of a word share, roughly: `launches` and `launched` are `launch`."""
    word = word.casefold().replace("’", "'").removesuffix("'s")
    if word[:1].isdigit():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)[:8]
    plain = word.rstrip("s") if len(word) > _SHORTEST_STEM else word
    return plain.removesuffix("e")[:8]


def stems(text: str) -> Iterator[str]:
    """The stems of a text that tell something."""
    for word in _WORD.findall(text):
        if word.casefold() not in COMMON and (len(word) > 1 or word.isdigit()):
            yield stem(word)


def flat(text: str) -> str:
    """A text for finding its words in another: one space between them, one case."""
    return " ".join(text.split()).casefold()


def is_labelled_action(text: str) -> bool:
    """Whether a text begins as `Action: …` or `TODO: …`."""
    return bool(_LABELLED_ACTION.match(text))
