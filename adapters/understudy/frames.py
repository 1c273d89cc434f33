"""Every phrase of the understudy's own; all else that it says stands in the material."""

NOT_THERE = "Not in the material"
NOT_THERE_FIELD = "not in the material"
NOT_DONE = "Not done, since that takes a model"
OPEN = "open"

SUMMARY = "Summary"
HEADINGS = (SUMMARY, "Key facts", "Dates", "Decisions", "Actions", "Open questions", "Risks")

ACTION, OWNER, DUE, OBJECTION = "action", "owner", "due", "objection"
OWED = (OWNER, DUE)

GREETING = "Hello"

# Questions that can be asked of any material, each with words that an answer to it would hold.
ASKED = {
    "What was measured, and what came out?": "test tested result delivered percent measured",
    "What speaks against it?": "failed broke lost worries problem complaint",
    "What does it cost, and whom?": "price fee euros dollars pay paid yearly running",
    "What do the people asked say?": "interview interviews said says would phone survey wants",
    "What is not known or not tested?": "unknown untested open",
}
COUNTED = "Of {} findings {} must be mended before the decision, {} should be and {} could be."

# What a reader remarks, what would mend it, and how much it matters (0 most). A `{}` is filled with
# words of the material.
REMARKS: dict[str, tuple[str, str, int]] = {
    "sum": (
        "The figures named do not add up to the one given as their sum.",
        "Add them up again and mend what is wrong.",
        0,
    ),
    "differs": (
        "Other figures stand elsewhere for the same thing: {}",
        "Say which holds, or what each of them is for.",
        0,
    ),
    "absolute": (
        "“{}” allows no exception, and nothing shows that there is none.",
        "Say how many were asked or counted, and how many it holds for.",
        1,
    ),
    "forecast": (
        "A forecast with nothing named that it rests on.",
        "Say what it rests on, and what happens if it does not come true.",
        1,
    ),
    "unsourced": (
        "A figure with no source or date beside it.",
        "Name where the figure is from, and of when it is.",
        1,
    ),
    "vague": ("“{}” stands where a figure belongs.", "Give the figure, or say it is not known.", 1),
    "undated": ("“{}” is no date.", "Give the day.", 1),
    "nobody": ("It stays open who does this, and by when.", "Name a person and a day.", 1),
    "abbreviation": ("“{}” is not explained.", "Write it out where it first stands.", 2),
}
