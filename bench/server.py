"""`podium serve` as anyone starts it: a process of its own on a data folder, and no model key."""

import asyncio
import os
import re
import socket
import sys
import time
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

PLAYBOOKS = Path(__file__).parent.parent / "playbooks"
PATIENCE_S = 60
_OURS = ("PODIUM_", "ANTHROPIC_", "DATABASE_URL", "SLACK_", "DISCORD_")
_LINK = re.compile(r"http://\S+/enter\?pass=\S+")


@dataclass(frozen=True, kw_only=True)
class Server:
    """It is healthy; `link` is what it printed, `ready_s` the seconds until /healthz was 200.

    `said` is every line that it has said, and grows.
    """

    process: Process
    link: str
    ready_s: float
    said: Sequence[str]

    @property
    def memory(self) -> int:
        """Bytes that are resident now."""
        return psutil.Process(self.process.pid).memory_info().rss

    @property
    def cpu_s(self) -> float:
        """Seconds of CPU that it has used."""
        used = psutil.Process(self.process.pid).cpu_times()
        return used.user + used.system


@asynccontextmanager
async def serving(folder: Path, env: Mapping[str, str] | None = None) -> AsyncIterator[Server]:
    """Raises RuntimeError with what the program said when it ends before it is healthy."""
    port = free_port()
    others = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    ours = {"PODIUM_DATA": folder, "PODIUM_WEB_PORT": port, "PODIUM_PLAYBOOKS": PLAYBOOKS}
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(Path(sys.executable).with_name("podium"), "serve"),
        cwd=folder,  # away from anyone's .env
        env=others | {name: str(value) for name, value in ours.items()} | dict(env or {}),
        stdout=PIPE,
        stderr=STDOUT,
    )
    said: list[str] = []
    link: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    listening = asyncio.create_task(_listen(process, said, link))
    try:
        async with asyncio.timeout(PATIENCE_S):
            await _until_healthy(port, listening, said)
            ready_s = time.perf_counter() - began
            server = Server(process=process, link=await link, ready_s=ready_s, said=said)
        yield server
    finally:
        if process.returncode is None:
            process.terminate()
        await listening
        await process.wait()


async def _until_healthy(port: int, listening: asyncio.Task[None], said: list[str]) -> None:
    while not await _is_healthy(port):
        if listening.done():
            raise RuntimeError(f"podium serve ended at once: {''.join(said)}")
        await asyncio.sleep(0.01)


async def _is_healthy(port: int) -> bool:
    """Asked by hand, since a client's own weight would be felt on a small machine."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        status = await reader.readline()
    except ConnectionError:
        return False
    writer.close()
    return b" 200 " in status


async def _listen(process: Process, said: list[str], link: asyncio.Future[str]) -> None:
    """Take what it says, or it would wait for us at last."""
    assert process.stdout
    async for line in process.stdout:
        said.append(line.decode())
        if (found := _LINK.search(said[-1])) and not link.done():
            link.set_result(found[0])


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]
