"""What a playbook file says that cannot be meant, each kind with its place and its words."""

import pytest

from tests.playbook.folder import BRIEF, NAMES, STEPS, TYPES, Folder, lines, told


def test_a_sound_playbook_has_no_problems(folder: Folder):
    folder.write("brief.yaml", BRIEF)
    library = folder.load()
    assert library.problems == ()
    assert library.playbooks["brief"].name == "brief"
    assert list(library.specialists) == ["critic", "researcher", "strategist", "writer"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # names
        (
            "  product: {type: text}",
            "  Product: {type: text}",
            f"""
3:3: error: "Product" is not a name; allowed: small letters, digits and _, a letter first, 40 at
    most
7:9: error: there is no input or step "product"; allowed: Product, {STEPS}, today, requester, last,
    since; did you mean "Product"?
""",
        ),
        (
            "  facts:\n",
            f"  {'f' * 41}:\n",
            f"""
9:3: error: "{"f" * 41}" is not a name; allowed: small letters, digits and _, a letter first, 40
    at most
20:9: error: there is no input or step "facts"; allowed: product, angles, {"f" * 41}, lead,
    draft, best, today, requester, last, since
""",
        ),
        (
            "  product: {type: text}",
            "  product: {type: text}\n  item: {type: files}",
            """
4:3: error: "item" is a reserved word; choose another name
""",
        ),
        (
            "  facts:\n",
            "  today:\n",
            """
9:3: error: "today" is a reserved word; choose another name
20:9: error: there is no input or step "facts"; allowed: product, angles, today, lead, draft,
    best, today, requester, last, since
""",
        ),
        (
            "  product: {type: text}",
            "  product: {type: text}\n  last: {type: files}\n  since: {type: files}",
            """
4:3: error: "last" is a reserved word; choose another name
5:3: error: "since" is a reserved word; choose another name
""",
        ),
        (
            "{{ product }}",
            "{{ product }} {{ since }} {{ last.result.x }} {{ last.results }}",
            """
7:9: error: "last" gives no "results"; allowed: result, approved_at; did you mean "result"?
""",
        ),
        (
            "  product: {type: text}",
            "  product: {type: text}\n  draft: {type: files}",
            """
18:3: error: "draft" is an input already; choose another name for the step
""",
        ),
        # texts
        (
            "{{ product }}",
            "{{ prodct }}",
            f"""
7:9: error: there is no input or step "prodct"; allowed: {NAMES}; did you mean "product"?
""",
        ),
        (
            "{{ product }}",
            "{% if product %}",
            """
7:9: error: the text ends before 'elif' or 'else' or 'endif'. The innermost block that needs to
    be closed is 'if'
""",
        ),
        (
            "do: Angles on {{ product }}.",
            "do: |\n      Angles\n      {{ product | uper }}.",
            """
7:9: error: there is no filter "uper"; did you mean "upper"? (line 2 of the text)
""",
        ),
        ("{{ product }}", "{{ product }} {{ today }} {{ requester }}", ""),
        (
            "{{ product }}",
            "{{ product }} {{ item }}",
            """
7:9: error: "item" is known only in the "do" of a step with "each"
""",
        ),
        (
            "each: angles.angles",
            "each: item",
            """
11:11: error: "item" is known only in the "do" of a step with "each"
""",
        ),
        (
            "each: angles.angles",
            "each: '{{ angles.angles }}'",
            """
11:11: error: an expression is written without {{ }}
""",
        ),
        (
            "each: angles.angles",
            "each: angles.angels",
            """
11:11: error: "angles" gives no "angels"; allowed: angles; did you mean "angles"?
""",
        ),
        (
            "each: angles.angles",
            "each: angles.angles.first",
            """
11:11: error: "angles.angles" gives no "first"
""",
        ),
        (
            "from: angles.angles",
            "from: ''",
            """
15:11: error: unexpected end of text
""",
        ),
        (
            "    returns: {angles: [text]}\n",
            "",
            """
10:11: error: "angles" gives text, so it has no "angles"; say its shape with "returns"
14:11: error: "angles" gives text, so it has no "angles"; say its shape with "returns"
""",
        ),
        ("{{ lead }}", "{{ lead }} {{ facts.x }} {{ product.x }}", ""),
        # shapes
        (
            "{angles: [text]}",
            "{angles: [txt]}",
            """
8:24: error: "txt" is not a shape; allowed: text, number, integer, yes_no, date, "a | b | c", [a
    shape] or {key: a shape}; did you mean "text"?
""",
        ),
        (
            "{angles: [text]}",
            "{angles: [text], b: {c d: text}}",
            """
8:40: error: "c d" is not a key; allowed: a letter, then letters, digits and _, with ? at the end
    when optional
""",
        ),
        # the graph
        (
            "    do: Angles on {{ product }}.",
            "    do: Angles on {{ product }}.\n    after: best",
            """
5:3: error: steps wait for each other in a ring: angles -> best -> draft -> facts -> angles
""",
        ),
        (
            "    do: Angles on {{ product }}.",
            "    do: Angles on {{ product }} {{ angles }}.",
            """
5:3: error: steps wait for each other in a ring: angles -> angles
""",
        ),
        (
            "    by: writer",
            "    by: writer\n    after: [facts, fact]",
            f"""
19:20: error: there is no step "fact"; allowed: {STEPS}; did you mean "facts"?
""",
        ),
        (
            "    by: writer",
            "    by: writer\n    after: product",
            f"""
19:12: error: there is no step "product"; allowed: {STEPS}
""",
        ),
        (
            "judge: draft",
            "judge: draff",
            f"""
22:12: error: there is no step "draff"; allowed: {STEPS}; did you mean "draft"?
""",
        ),
        (
            "judge: draft",
            "judge: [draft, lead]",
            """
22:20: error: "lead" is no work that can be judged; allowed: angles, facts, draft
""",
        ),
        (
            "variants: 3",
            "variants: 3\n    each: angles.angles",
            """
19:5: error: "each" and "variants" cannot stand together
""",
        ),
        # people and specialists
        (
            "by: writer",
            "by: riter",
            """
18:9: error: there is no specialist "riter"; allowed: critic, researcher, strategist, writer; did
    you mean "writer"?
""",
        ),
        (
            "by: critic",
            "by: ''",
            """
23:9: error: text is expected, but it is empty
""",
        ),
        (
            "ask: Which angle?",
            "ask: Which angle?\n    by: [ana, lead]",
            """
17:15: error: nobody is called "lead"; allowed: requester, ana, leads, platform:workspace:user;
    did you mean "leads"?
""",
        ),
        (
            "ask: Which angle?",
            "ask: Which angle?\n    by: [requester, ana, leads, 'slack:T1:U2']",
            "",
        ),
        # what is delivered
        (
            "from: best",
            "from: bst",
            f"""
26:9: error: there is no step "bst"; allowed: {STEPS}; did you mean "best"?
""",
        ),
        (
            "from: best",
            "from: best\n  review: {by: led}",
            """
27:16: error: nobody is called "led"; allowed: requester, ana, leads, platform:workspace:user;
    did you mean "leads"?
""",
        ),
        (
            "from: best",
            "from: best\n  review: {own_work: false}",
            """
27:22: error: only the requester reviews, and may not approve their own work
""",
        ),
        ("from: best", "from: best\n  review: {approvals: 2, by: [requester, 'slack:T1:U2']}", ""),
        (
            "from: best",
            "from: best\n  review: {approvals: 3, by: [requester, 'slack:T1:U2']}",
            """
27:23: error: 3 approvals are asked for, and only 2 can be given
""",
        ),
        ("from: best", "from: best\n  review: {approvals: 3, own_work: false, by: [leads]}", ""),
        (
            "from: best",
            "from: best\n  then:\n    - post: ''",
            """
28:13: error: text is expected, but it is empty
""",
        ),
        # what is used
        (
            "{type: text}",
            "{type: text}\n  tone: {type: text}\n  notes: {type: files}\n  mail: {type: long}",
            """
4:3: warning: no step uses the input "tone"
""",
        ),
        (
            "from: best",
            "from: draft",
            """
21:3: warning: nothing uses the result of "best"
""",
        ),
    ],
)
def test_what_cannot_be_meant(folder: Folder, old: str, new: str, expected: str):
    assert told(folder, old, new) == lines(expected)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ("{type: choice, options: [a, b, a]}", '3:43: error: the option "a" stands twice'),
        (
            "{type: choice, options: [a, b], default: c}",
            '3:53: error: "c" is not among the options; allowed: a, b',
        ),
        (
            "{type: choice, options: [press], default: Press}",
            '3:54: error: "Press" is not among the options; allowed: press; did you mean "press"?',
        ),
        ("{type: choice, options: [a], default: a}", ""),
        ("{type: many, options: [a, b, b]}", '3:41: error: the option "b" stands twice'),
        (
            "{type: many, options: [a, b], default: [a, c]}",
            '3:55: error: "c" is not among the options; allowed: a, b',
        ),
        ("{type: number, min: 3, max: 1.5}", '3:32: error: "min", 3, is above "max", 1.5'),
        (
            "{type: number, min: 3, default: 1}",
            "3:44: error: the default does not fit: At least 3 is expected.",
        ),
        ("{type: number, min: 3, max: 3, default: 3}", ""),
        (
            "{type: date, default: 2026-02-30}",
            "3:34: error: the default does not fit: There is no day 2026-02-30.",
        ),
        ("{type: date, default: today}", ""),
        (
            f"{{type: text, default: {'x' * 501}}}",
            "3:34: error: the default does not fit: At most 500 characters fit here; this has 501.",
        ),
        (
            "{type: long, default: ''}",
            "3:34: error: the default does not fit: This is needed.",
        ),
        ("{type: long, default: '', required: false}", ""),
        ("{type: person, default: requester}", ""),
        ("{type: yes_no, default: true}", ""),
    ],
)
def test_what_no_one_could_fill_in(folder: Folder, inputs: str, expected: str):
    assert told(folder, "{type: text}", inputs) == lines(expected)


ANSWER = """\
  date:
    human: answer
    ask: When?
"""


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("    options: [now, later]\n", ""),
        ("    inputs: {day: {type: date}}\n", ""),
        (
            "    options: [now]\n    inputs: {day: {type: date}}\n",
            '13:5: error: an answer has "options" or "inputs", not both',
        ),
        (
            "    inputs: {day: {type: dat}}\n",
            f'12:26: error: "type" cannot be "dat"; allowed: {TYPES}; did you mean "date"?',
        ),
        (
            "    inputs: {Day: {type: date}}\n",
            '12:14: error: "Day" is not a name; allowed: small letters, digits and _, a'
            " letter first, 40 at most",
        ),
        (
            "    inputs: {day: {type: date, dflt: x}}\n",
            '12:32: error: unknown key "dflt"; allowed: about, required, type, default;'
            ' did you mean "default"?',
        ),
        (
            "    inputs: {day: {type: date, default: x}}\n",
            "12:41: error: the default does not fit: A date such as 2026-11-30, today or"
            ' tomorrow is expected, not "x".',
        ),
        (
            "    from: angles\n",
            '12:5: error: unknown key "from"; allowed: after, when, ask, by, remind,'
            " expire, human, options, inputs",
        ),
    ],
)
def test_what_is_wrong_with_a_question(folder: Folder, more: str, expected: str):
    brief = BRIEF.replace("  facts:\n", f"{ANSWER}{more}  facts:\n").replace(
        "{{ lead }}", "{{ lead }}, {{ date }}"
    )
    folder.write("brief.yaml", brief)
    assert [line.removeprefix("brief.yaml:") for line in folder.told()] == lines(expected)


def test_a_wrong_kind_of_human_step_hides_no_key_that_none_of_them_has(folder: Folder):
    assert told(
        folder, "    human: choose\n", "    human: chose\n    form: x\n    options: [a]\n"
    ) == [
        '14:12: error: "human" cannot be "chose"; allowed: choose, answer, do; did you'
        ' mean "choose"?',
        '15:5: error: unknown key "form"; allowed: after, when, ask, by, remind, expire,'
        ' human, from; did you mean "from"?',
    ]


def test_an_act_and_a_sign_off_deliver_nothing(folder: Folder):
    steps = "  sign: {human: do, ask: Sign it}\n  say: {act: {post: x}, say: x}\ndeliver:\n  from: "
    for step in ("sign", "say"):
        found = told(folder, "deliver:\n  from: best", f"{steps}{step}")
        assert found[0] == f'28:9: error: the step "{step}" makes nothing that could be delivered'


def test_context_files_are_looked_for_inside_the_folder(folder: Folder):
    folder.write("context/style.md", "Short.")
    folder.write("context/bad.md", b"\xff")
    folder.write("../secret.md", "secret")
    (folder.path / "context" / "link.md").symlink_to(folder.path.parent / "secret.md")
    files = [
        "context/style.md",
        "context/none.md",
        "../secret.md",
        "/etc/passwd",
        "context/link.md",
        "context/bad.md",
        "context",
    ]
    items = "".join(f"  - file: {file}\n" for file in files)
    assert told(folder, "steps:\n", f"context:\n{items}steps:\n") == [
        '6:11: error: the context file "context/none.md" does not exist',
        '7:11: error: the context file "../secret.md" leads outside the playbooks folder',
        '8:11: error: the context file "/etc/passwd" leads outside the playbooks folder',
        '9:11: error: the context file "context/link.md" leads outside the playbooks folder',
        '10:11: error: the context file "context/bad.md" is not UTF-8 text',
        '11:11: error: the context file "context" is not a file',
    ]


def test_two_rings_are_both_told(folder: Folder):
    more = "".join(f"  {a}: {{by: writer, do: x, after: {b}}}\n" for a, b in ("xy", "yx", "zz"))
    assert told(folder, "deliver:\n", f"{more}deliver:\n") == [
        "25:3: error: steps wait for each other in a ring: x -> y -> x",
        "27:3: error: steps wait for each other in a ring: z -> z",
    ]


def test_everything_is_told_at_once_and_the_rest_still_serves(folder: Folder):
    folder.write("brief.yaml", BRIEF)
    folder.write(
        "broken.yaml",
        """\
abuot: A thing
inputs:
  product: {type: txt}
  tone: {type: choice, options: [a], default: b}
steps:
  draft:
    by: riter
    do: On {{ prodct }}.
    after: [draft, nothing]
    variants: many
  ask: {human: choose, ask: What}
deliver: {form: draft, review: {by: nobody}}
""",
    )
    library = folder.load()
    assert list(library.playbooks) == ["brief"]
    assert [str(problem) for problem in library.problems] == lines(f"""
broken.yaml:1:1: error: unknown key "abuot"; allowed: about, inputs, context, needs, budget,
    steps, deliver; did you mean "about"?
broken.yaml:3:19: error: "type" cannot be "txt"; allowed: {TYPES}; did you mean "text"?
broken.yaml:4:3: warning: no step uses the input "tone"
broken.yaml:4:47: error: "b" is not among the options; allowed: a
broken.yaml:6:3: error: steps wait for each other in a ring: draft -> draft
broken.yaml:7:9: error: there is no specialist "riter"; allowed: critic, researcher, strategist,
    writer; did you mean "writer"?
broken.yaml:8:9: error: there is no input or step "prodct"; allowed: product, tone, draft, ask,
    today, requester, last, since; did you mean "product"?
broken.yaml:9:20: error: there is no step "nothing"; allowed: draft, ask
broken.yaml:10:15: error: a whole number is expected, "many" was found
broken.yaml:11:3: error: "from" is missing
broken.yaml:12:11: error: unknown key "form"; allowed: from, review, then; did you mean "from"?
broken.yaml:12:37: error: nobody is called "nobody"; allowed: requester, ana, leads,
    platform:workspace:user
""")
