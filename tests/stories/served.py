"""`podium serve` as a process: started, killed, started again on the same data."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.servers.messages_api import KEY

PLAYBOOKS = Path(__file__).parent / "playbooks"
TOKEN = "the-token-of-these-tests"
_ADDRESS = re.compile(r"(http://127\.0\.0\.1:(\d+))/enter")
_START_S = 60


class Served:
    """The process. Its port stays the same over restarts."""

    def __init__(self, folder: Path, model_url: str, env: Mapping[str, str] | None = None) -> None:
        self.url = ""
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._env = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")]),
            "PYTHONUNBUFFERED": "1",
            "PODIUM_DATA": str(folder / "data"),
            "PODIUM_PLAYBOOKS": str(PLAYBOOKS),
            "PODIUM_TEAM": str(PLAYBOOKS.parent / "team.yaml"),
            "PODIUM_WEB_PORT": "0",
            "PODIUM_WEB_TOKEN": TOKEN,
            "PODIUM_MODEL_CALLS": "50",
            "ANTHROPIC_API_KEY": KEY,
            "ANTHROPIC_BASE_URL": model_url,
            **(env or {}),
        }

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def secret(self) -> bytes:
        """What its sessions are signed with."""
        return (self._folder / "data" / "session.key").read_bytes()

    async def start(self) -> None:
        """Start and wait until it lets people in."""
        if self.runs:
            return
        with (self._folder / "podium.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "serve"),
                env=self._env,
                cwd=self._folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        async with asyncio.timeout(_START_S):
            found = await self._address(self._process)
        self.url = found[1]
        self._env["PODIUM_WEB_PORT"] = found[2]

    async def _address(self, process: asyncio.subprocess.Process) -> re.Match[str]:
        assert process.stdout
        async for line in process.stdout:
            if found := _ADDRESS.search(line.decode()):
                return found
        raise AssertionError(f"podium did not start:\n{self.log()[-3000:]}")

    async def kill(self) -> None:
        """kill -9."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to stop, as a service manager does; gives its exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, sign: signal.Signals) -> int:
        if self._process is None or not self.runs:
            return 0
        self._process.send_signal(sign)
        return await self._process.wait()

    def log(self) -> str:
        return (self._folder / "podium.log").read_text("utf-8", "replace")
