"""The models that a specialist may name, without loading the SDK."""

WORDS = {
    "haiku": "claude-haiku-5-5",
    "sonnet": "claude-sonnet-5-5",
    "opus": "claude-opus-5-5",
}
# Models that take an effort and have a known price; others pass through and may be refused.
KNOWN_MODELS = (
    *WORDS,
    *WORDS.values(),
    "claude-fable-5-2",
    "claude-fable-5-1",
    "claude-fable-5",
    "claude-mythos-5-2",
    "claude-sonnet-5",
    "claude-sonnet-4-6",
    "claude-opus-5",
    "claude-opus-4-8",
    "claude-opus-4-7",
    "claude-opus-4-6",
)


def full_name(model: str) -> str:
    """The provider's id for a model word; any other name as it is."""
    return WORDS.get(model, model)
