"""With a server that speaks the Messages API, the same flow runs through the real SDK."""

import asyncio
import json
import os
import sys
from pathlib import Path

from tests.servers.messages_api import KEY, MessagesApi


async def test_a_run_on_a_local_server_is_priced_and_approved(tmp_path: Path) -> None:
    words = ("run", "launch-brief", "--sample", "--yes", "--json")
    async with MessagesApi() as api:
        podium = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words),
            env=os.environ
            | {"ANTHROPIC_BASE_URL": api.url, "ANTHROPIC_API_KEY": KEY}
            | {"PODIUM_DATA": str(tmp_path)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, errors = await podium.communicate()
        calls = len(api.calls)
    assert podium.returncode == 0, errors.decode()
    report = json.loads(out)
    assert report["outcome"] == "approved"
    assert report["models"] == ["claude-haiku-5-5", "claude-sonnet-5-5"]
    assert report["spent_usd"] > 0
    assert calls == 6, "facts, angles, three drafts, a judge"
