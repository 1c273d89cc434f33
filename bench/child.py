"""One round of one bench, in this process: `python -m bench.child NAME FILE [--quick]`."""

import asyncio
import importlib
import sys
from pathlib import Path

from bench.figure import FIGURES
from bench.table import BENCHES


def main(name: str, file: Path, quick: bool) -> None:
    """Writes the figures of the round to `file` as JSON."""
    run = importlib.import_module(BENCHES[name].module).run
    file.write_bytes(FIGURES.dump_json(asyncio.run(run(quick))))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), "--quick" in sys.argv[3:])
