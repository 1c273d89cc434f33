"""The names that a playbook may use, checked against the SDK and the price list."""

import subprocess
import sys
from typing import get_args

from anthropic.types.model import Model

from adapters.claude.names import KNOWN_MODELS, WORDS, full_name
from adapters.claude.prices import Prices
from bot.run.events import Usage


def test_every_known_model_is_the_providers_and_has_a_price() -> None:
    listed = {name for part in get_args(Model) for name in get_args(part)}
    for model in map(full_name, KNOWN_MODELS):
        assert model in listed
        assert Prices().cost_usd(model, Usage(input=1_000_000))


def test_words_stand_for_models_and_full_names_pass_through() -> None:
    assert full_name("sonnet") == "claude-sonnet-5-5"
    assert full_name("claude-opus-4-8") == "claude-opus-4-8"
    assert set(WORDS) < set(KNOWN_MODELS)


def test_asking_for_the_names_does_not_load_the_sdk() -> None:
    program = (
        "import sys, adapters.claude.names as n; n.KNOWN_MODELS;"
        "sys.exit(bool({'anthropic', 'genai_prices'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
