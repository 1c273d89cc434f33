"""What went wrong on the way to the provider, in words for people, and whether to try again."""

import email.utils
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import anthropic
import httpx2

from bot.ports import ModelFailed

# What the SDK and the reading of its events raise: raw HTTP errors, JSON that is none, and parts
# that a server left out.
RAISED = (
    anthropic.APIError,
    httpx2.HTTPError,
    httpx2.StreamError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
)
_WORDS = {
    401: "{host} does not accept the key: mend ANTHROPIC_API_KEY.",
    402: "{host} wants to be paid first: {said}",
    403: "The key may not do this at {host}: {said}",
    404: '{host} has no model "{model}", or is no server of the Messages API: '
    "mend the specialist's model, PODIUM_MODEL or ANTHROPIC_BASE_URL.",
    413: "The request is too large for {host}: shorten the documents or split the step.",
    429: "{host} asks for a pause: {said}",
    529: "{host} is overloaded.",
}
_TOO_LONG = re.compile("too long|context (window|length)|maximum context", re.IGNORECASE)
_KEY = re.compile(r"\bsk-[\w*-]{6,}")
_LONGEST = 300
_TRY_AGAIN = {408, 409, 429}
_TRANSIENT = {"overloaded_error", "api_error", "rate_limit_error", "timeout_error"}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Whom a call went to; its words never contain the key."""

    base_url: str
    api_key: str
    model: str

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc.rpartition("@")[2]

    def failure(self, error: Exception) -> ModelFailed:
        match error:
            case anthropic.APIStatusError():
                return self._refused(error)
            case anthropic.APITimeoutError() | httpx2.TimeoutException():
                return ModelFailed(f"{self.host} stopped answering.", retry=True)
            case anthropic.APIConnectionError() | httpx2.HTTPError() | httpx2.StreamError():
                return ModelFailed(f"The connection to {self.host} failed.", retry=True)
            case _:
                return ModelFailed(f"{self.host} sent an answer that cannot be read.", retry=True)

    def _refused(self, error: anthropic.APIStatusError) -> ModelFailed:
        headers = error.response.headers
        retry = _may_pass(error, headers.get("x-should-retry"))
        return ModelFailed(self._words(error), retry=retry, after_s=_pause_s(headers))

    def _words(self, error: anthropic.APIStatusError) -> str:
        code, said = error.status_code, self._said(error)
        if code == 400 and _TOO_LONG.search(said):
            words = "The model cannot read this much: shorten the documents. {host} said: {said}"
        elif code < 400:
            words = "{host} gave up while it answered: {said}"
        elif code >= 500:
            words = _WORDS.get(code, "{host} has a fault ({code}): {said}")
        else:
            words = _WORDS.get(code, "{host} refused the request ({code}): {said}")
        return words.format(host=self.host, model=self.model, code=code, said=said)

    def _said(self, error: anthropic.APIStatusError) -> str:
        """The provider's own words, without anything that looks like a key."""
        said = error.api_message if isinstance(error.api_message, str) else "no reason given"
        if self.api_key:
            said = said.replace(self.api_key, "…")
        return _KEY.sub("…", said)[:_LONGEST]


def _may_pass(error: anthropic.APIStatusError, advice: str | None) -> bool:
    """Whether the same call may succeed later; the provider's own advice comes first."""
    if advice in {"true", "false"}:
        return advice == "true"
    if (error.error_code or "").endswith("spend_limit_reached"):
        return False
    code = error.status_code
    # Errors inside a stream come with the status 200 of its beginning.
    return code in _TRY_AGAIN or code >= 500 or (code < 400 and error.type in _TRANSIENT)


def _pause_s(headers: Mapping[str, str]) -> float | None:
    """The pause that the provider asks for, given as milliseconds, seconds or a date."""
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1)):
        try:
            return max(0.0, float(headers[name]) * unit_s)
        except (KeyError, ValueError):
            continue
    when = email.utils.parsedate_tz(headers.get("retry-after"))
    return max(0.0, email.utils.mktime_tz(when) - time.time()) if when else None
