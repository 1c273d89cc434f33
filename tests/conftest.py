"""What holds for every test: no network, none of the developer's settings, no deadlines."""

import gc
import os
import runpy
from pathlib import Path

from hypothesis import settings

BARRIER = Path(__file__).parent / "barrier"
OWN = ("ANTHROPIC_", "PODIUM_", "DATABASE_URL", "SLACK_", "DISCORD_")

# Pythons started by a test import the same file by themselves.
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(BARRIER), *filter(None, [os.environ.get("PYTHONPATH")])]
)
runpy.run_path(str(BARRIER / "sitecustomize.py"))

for name in [name for name in os.environ if name.startswith(OWN)]:
    del os.environ[name]

# A shared machine is slow at times; CI tries the same examples each time, a developer new ones.
settings.register_profile("podium", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("podium")


def pytest_collection_finish() -> None:
    """What is imported by now stays: to look through it for garbage would only be slow."""
    gc.collect()
    gc.freeze()
