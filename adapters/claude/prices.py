"""What calls cost: the prices that genai-prices ships, and one price for a model it lacks."""

from genai_prices import Usage as Counted
from genai_prices import calc_price

from bot.run.events import Usage


class Prices:
    """Dollars for tokens; `unlisted` is (input, output) per million tokens of any other model."""

    def __init__(self, unlisted: tuple[float, float] | None = None) -> None:
        self._unlisted = unlisted

    def cost_usd(self, model: str, usage: Usage) -> float | None:
        """What the tokens cost, or None when the model has no known price."""
        written = usage.cache_write_5m + usage.cache_write_1h
        prompt = usage.input + usage.cache_read + written
        counted = Counted(
            input_tokens=prompt,
            cache_read_tokens=usage.cache_read,
            cache_write_tokens=written,
            cache_write_5m_tokens=usage.cache_write_5m,
            cache_write_1h_tokens=usage.cache_write_1h,
            output_tokens=usage.output,
        )
        try:
            return float(calc_price(counted, model, provider_id="anthropic").total_price)
        except LookupError:
            return self._unlisted_usd(prompt, usage.output)

    def most_usd(self, model: str, *, prompt: int, output: int, keep_s: int) -> float | None:
        """The most that so many tokens can cost, were the whole prompt written to the cache."""
        usages = (
            Usage(input=prompt, output=output),
            Usage(cache_write_1h=prompt, output=output)
            if keep_s > 300
            else Usage(cache_write_5m=prompt, output=output),
        )
        costs = [self.cost_usd(model, usage) for usage in usages]
        return max((cost for cost in costs if cost is not None), default=None)

    def _unlisted_usd(self, prompt: int, output: int) -> float | None:
        """A server that names one price has no cheaper or dearer caching that we could know of."""
        if self._unlisted is None:
            return None
        return (prompt * self._unlisted[0] + output * self._unlisted[1]) / 1_000_000
