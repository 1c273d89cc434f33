"""The barrier of `tests/barrier` keeps every test, and what it starts, on this machine."""

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ELSEWHERE = "192.0.2.1"  # reserved for documentation: no one answers there
REFUSED = "network barrier"


def test_a_connection_to_another_machine_is_refused() -> None:
    with socket.socket() as client, pytest.raises(RuntimeError, match=REFUSED):
        client.connect((ELSEWHERE, 80))


def test_a_datagram_to_another_machine_is_refused() -> None:
    with (
        socket.socket(type=socket.SOCK_DGRAM) as client,
        pytest.raises(RuntimeError, match=REFUSED),
    ):
        client.sendto(b"", (ELSEWHERE, 53))


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(RuntimeError, match=r"example\.com"):
        socket.getaddrinfo("example.com", 443)


async def test_asyncio_is_refused_too() -> None:
    with pytest.raises(RuntimeError, match=REFUSED):
        await asyncio.open_connection(ELSEWHERE, 80)


def test_a_python_started_by_a_test_is_refused_too() -> None:
    attempt = f"import socket; socket.create_connection(({ELSEWHERE!r}, 80), timeout=1)"
    ended = subprocess.run([sys.executable, "-c", attempt], capture_output=True, check=False)
    assert REFUSED in ended.stderr.decode()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_this_machine_is_reached(host: str) -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"here")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection(host, port)
        assert await reader.read() == b"here"
        writer.close()


def test_a_socket_file_is_reached(tmp_path: Path) -> None:
    place = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(place)
        server.listen()
        client.connect(place)
