"""Sums done by hand from the published prices, in dollars per million tokens."""

import pytest

from adapters.claude.prices import Prices
from bot.run.events import Usage


@pytest.mark.parametrize(
    ("model", "usage", "cost_usd"),
    [
        ("claude-sonnet-5-5", Usage(input=1_000, output=500), 0.002 + 0.005),
        (
            "claude-sonnet-5-5",
            Usage(
                input=200,
                output=1_000,
                cache_read=20_000,
                cache_write_5m=4_000,
                cache_write_1h=3_000,
            ),
            0.0004 + 0.01 + 0.002 + 0.01 + 0.012,
        ),
        ("claude-opus-5-5", Usage(input=1_000, output=1_000, cache_read=10_000), 0.026),
        ("claude-opus-5-5", Usage(cache_write_5m=1_000, cache_write_1h=1_000), 0.005 + 0.008),
        ("claude-haiku-5-5", Usage(input=90_000, cache_read=10_000), 0.009 + 0.0001),
        ("claude-haiku-5-5", Usage(input=90_000, cache_read=20_000), 0.045 + 0.001),
        ("claude-haiku-5-5", Usage(input=1, cache_write_1h=100_000, output=1_000), 0.1025005),
    ],
)
def test_a_call_costs_what_the_price_list_says(model: str, usage: Usage, cost_usd: float) -> None:
    assert Prices().cost_usd(model, usage) == pytest.approx(cost_usd, rel=1e-9)


def test_a_model_without_a_listed_price_has_the_one_that_was_given() -> None:
    usage = Usage(input=1_000, output=100, cache_read=500, cache_write_5m=500)
    assert Prices((1, 10)).cost_usd("llama", usage) == pytest.approx(0.003)
    assert Prices((0, 0)).cost_usd("llama", usage) == 0
    assert Prices().cost_usd("llama", usage) is None
    assert Prices((1, 10)).cost_usd("claude-sonnet-5-5", Usage(input=1_000)) == 0.002


@pytest.mark.parametrize(("keep_s", "written"), [(300, 0.025), (3600, 0.04)])
def test_the_most_is_a_prompt_written_to_the_cache(keep_s: int, written: float) -> None:
    most = Prices().most_usd("claude-sonnet-5-5", prompt=10_000, output=2_000, keep_s=keep_s)
    assert most == pytest.approx(written + 0.02)


def test_the_most_of_a_model_without_any_price_is_unknown() -> None:
    assert Prices().most_usd("llama", prompt=10, output=10, keep_s=300) is None
    assert Prices((1, 1)).most_usd("llama", prompt=10, output=10, keep_s=300) == 20e-6
