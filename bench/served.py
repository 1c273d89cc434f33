"""How soon `podium serve` is healthy, and what memory it holds then."""

from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figure import Figure, at_most
from bench.server import serving


async def run(_quick: bool) -> list[Figure]:
    with TemporaryDirectory() as folder:
        async with serving(Path(folder)) as server:
            ready_s, memory = server.ready_s, server.memory
    rows = [
        ("ready", "start to healthy", ready_s, "s", 3),
        ("memory", "memory when healthy", memory / 1e6, "MB", 250),
    ]
    return [
        Figure(
            name=f"serve.{key}",
            what=f"podium serve: {what}",
            value=value,
            unit=unit,
            goals=(at_most(limit),),
        )
        for key, what, value, unit, limit in rows
    ]
