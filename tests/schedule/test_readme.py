"""What the README says can be said."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.schedule.reading import PRESETS, read
from bot.schedule.words import words

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def test_every_example_and_preset_is_read_and_reads_back() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    text = readme.partition("## Recurring work")[2].partition("\n## ")[0]
    table = "\n".join(line for line in text.splitlines() if line.startswith("| `"))
    examples = re.findall(r"`([^`]+)`", table)
    assert len(examples) > 6
    for said in (*examples, *PRESETS):
        rule = read(said, BERLIN, NOW)
        assert read(words(rule, BERLIN), BERLIN, NOW) == rule
