"""Keys that are unknown or missing, and values of another kind, each with its place and words."""

from datetime import timedelta

import pytest

from bot.playbook.model import Review
from tests.playbook.folder import TYPES, WORK_KEYS, Folder, told


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "about: A launch brief\n",
            "abuot: A launch brief\n",
            '1:1: error: unknown key "abuot"; allowed: about, inputs, context, needs, budget,'
            ' steps, deliver; did you mean "about"?',
        ),
        ("about: A launch brief\n", "", '1:1: error: "about" is missing'),
        (
            "about: A launch brief\n",
            "about: A launch brief\nname: brief\n",
            '2:1: error: unknown key "name"; a playbook has the name of its file;'
            " allowed: about, inputs, context, needs, budget, steps, deliver",
        ),
        (
            "    by: writer\n",
            "    by: writer\n    varaints: 3\n",
            f'19:5: error: unknown key "varaints"; allowed: {WORK_KEYS}; did you mean "variants"?',
        ),
        (
            "    judge: draft\n",
            "    juge: draft\n    do: x\n",
            f'22:5: error: unknown key "juge"; allowed: {WORK_KEYS}; did you mean "judge"?\n'
            '25:5: error: "rubric" needs "judge" beside it',
        ),
        (
            "    do: Lead with",
            "    doo: Lead with",
            f'20:5: error: unknown key "doo"; allowed: {WORK_KEYS}; did you mean "do"?',
        ),
        (
            "  from: best\n",
            "  from_: best\n",
            '26:3: error: unknown key "from_"; allowed: from, review, then; did you mean "from"?',
        ),
        (
            "  from: best\n",
            "  from: best\n  review: {approval: 2}\n",
            '27:12: error: unknown key "approval"; allowed: by, approvals, own_work, remind,'
            ' expire; did you mean "approvals"?',
        ),
        (
            "  from: best\n",
            "  from: best\n  then:\n    - pots: x\n",
            '28:7: error: unknown key "pots"; allowed: post; did you mean "post"?',
        ),
        (
            "steps:\n",
            "budget: {usd: 1, euro: 1}\nsteps:\n",
            '4:18: error: unknown key "euro"; allowed: usd, minutes',
        ),
        (
            "steps:\n",
            "context: [{chanel: {messages: 5}}]\nsteps:\n",
            '4:12: error: unknown key "chanel"; allowed: channel, file; did you mean "channel"?',
        ),
        (
            "steps:\n",
            "context: [{channel: {mesages: 5}}]\nsteps:\n",
            '4:22: error: unknown key "mesages"; allowed: messages, since;'
            ' did you mean "messages"?',
        ),
        (
            "{type: text}",
            "{type: text, requried: false}",
            '3:25: error: unknown key "requried"; allowed: about, required, type, default;'
            ' did you mean "required"?',
        ),
        (
            "    rubric: [One page]\n",
            "    rubric: [One page]\n  say:\n    act: {post: x, to: y}\n    say: x\n",
            '26:20: error: unknown key "to"; allowed: post',
        ),
        ("    by: critic\n", "", '21:3: error: "by" is missing'),
        ("    rubric: [One page]\n", "", '21:3: error: "rubric" is missing'),
        ("    ask: Which angle?\n", "", '13:3: error: "ask" is missing'),
        (
            "    by: writer\n",
            "    by: writer\n    rubric: [x]\n",
            '19:5: error: "rubric" needs "judge" beside it',
        ),
    ],
)
def test_unknown_and_missing_keys(folder: Folder, old: str, new: str, expected: str):
    assert "\n".join(told(folder, old, new)) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "about: A launch brief",
            "about: 3",
            "1:8: error: text is expected, 3 was found; put the text in quotes",
        ),
        ("about: A launch brief", "about: ' '", "1:8: error: text is expected, but it is empty"),
        ("about: A launch brief", "about:", "1:7: error: text is expected, nothing was found"),
        ("{type: text}", "text", '3:12: error: a mapping is expected, "text" was found'),
        (
            "{type: text}",
            "{type: txt}",
            f'3:19: error: "type" cannot be "txt"; allowed: {TYPES}; did you mean "text"?',
        ),
        (
            "{type: text}",
            "{type: [text]}",
            f'3:19: error: "type" cannot be a list of 1; allowed: {TYPES}',
        ),
        ("{type: text}", "{about: What}", f'3:3: error: "type" is missing; allowed: {TYPES}'),
        (
            "{type: text}",
            "{type: text, required: yes}",
            '3:35: error: true or false is expected, "yes" was found',
        ),
        (
            "{type: text}",
            "{type: text, default: 3}",
            "3:34: error: text is expected, 3 was found; put the text in quotes",
        ),
        ("{type: text}", "{type: choice, options: []}", '3:36: error: "options" is empty'),
        ("judge: draft", "judge: []", '22:12: error: "judge" is empty'),
        ("from: best", "from: best\n  review: {by: []}", '27:16: error: "by" is empty'),
        (
            "{type: text}",
            "{type: choice, options: a}",
            '3:36: error: a list is expected, "a" was found',
        ),
        (
            "{type: text}",
            "{type: person, default: ana}",
            '3:36: error: "default" cannot be "ana"; allowed: requester',
        ),
        (
            "steps:\n",
            "budget: {usd: 0}\nsteps:\n",
            "4:15: error: more than 0 is expected, 0 was found",
        ),
        (
            "steps:\n",
            "budget: {minutes: long}\nsteps:\n",
            '4:19: error: a number is expected, "long" was found',
        ),
        (
            "steps:\n",
            "context: [{channel: {messages: 501}}]\nsteps:\n",
            "4:32: error: at most 500 is expected, 501 was found",
        ),
        (
            "steps:\n",
            "context: [{channel: {since: lst}}]\nsteps:\n",
            '4:29: error: "since" cannot be "lst"; allowed: last; did you mean "last"?',
        ),
        (
            "steps:\n",
            "context: [{channel: {since: 2026-11-16}}]\nsteps:\n",
            '4:29: error: "since" cannot be "2026-11-16"; allowed: last',
        ),
        (
            "steps:\n",
            "context: {file: x}\nsteps:\n",
            "4:10: error: a list is expected, an object was found",
        ),
        (
            "steps:\n",
            "needs: [{when: x}]\nsteps:\n",
            "4:9: error: text is expected, an object was found; put the text in quotes",
        ),
        ("variants: 3", "variants: 0", "19:15: error: at least 1 is expected, 0 was found"),
        (
            "variants: 3",
            "variants: three",
            '19:15: error: a whole number is expected, "three" was found',
        ),
        ("variants: 3", "variants: 1.5", "19:15: error: a whole number is expected, 1.5 was found"),
        (
            "rubric: [One page]",
            "rubric: One page",
            '24:13: error: a list is expected, "One page" was found',
        ),
        ("rubric: [One page]", "rubric: ['']", "24:14: error: text is expected, but it is empty"),
        (
            "human: choose",
            "human: chose",
            '14:12: error: "human" cannot be "chose"; allowed: choose, answer, do; did you'
            ' mean "choose"?',
        ),
        (
            "human: choose",
            "human: [choose]",
            '14:12: error: "human" cannot be a list of 1; allowed: choose, answer, do',
        ),
        (
            "ask: Which angle?",
            "ask: Which angle?\n    remind: 4 hours",
            "17:13: error: a time such as 30m, 4h, 3d or 1w is expected",
        ),
        (
            "ask: Which angle?",
            "ask: Which angle?\n    remind: 99999999999w",
            "17:13: error: a time shorter than that is expected",
        ),
        (
            "ask: Which angle?",
            "ask: Which angle?\n    expire: 3",
            "17:13: error: a time such as 30m, 4h, 3d or 1w is expected",
        ),
        ("by: writer", "by: [writer]", "18:9: error: text is expected, a list of 1 was found"),
        ("judge: draft", "judge: 3", "22:12: error: a list is expected, 3 was found"),
        (
            "from: best",
            "from: best\n  review: {own_work: no}",
            '27:22: error: true or false is expected, "no" was found',
        ),
        ("from: best", "from: best\n  then: x", '27:9: error: a list is expected, "x" was found'),
    ],
)
def test_values_of_another_kind(folder: Folder, old: str, new: str, expected: str):
    assert told(folder, old, new) == [expected]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("30m", timedelta(minutes=30)),
        ("4h", timedelta(hours=4)),
        (" 3 d ", timedelta(days=3)),
        ("1w", timedelta(weeks=1)),
        (timedelta(hours=1), timedelta(hours=1)),
    ],
)
def test_a_time_is_a_number_and_a_unit(said: str, meant: timedelta):
    assert Review.model_validate({"remind": said}).remind == meant
