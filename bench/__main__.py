"""`python -m bench [name …] [--quick] [--json FILE]`: measure, print a table, write JSON."""

import argparse
import dataclasses
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from bench import machine
from bench.figure import FIGURES, Figure, Goal, medians
from bench.table import BENCHES

ROUND_LIMIT_S = 1800
ROOT = Path(__file__).parent.parent


def main() -> int:
    """Returns 0 when every bench ran, whether or not its goals are met; else 1."""
    asked = _arguments()
    facts = machine.facts()
    figures, failed = _measured(asked.names or list(BENCHES), asked.quick)
    _write(asked.json, {"machine": facts, "quick": asked.quick, "failed": failed}, figures)
    _show(facts, figures, failed)
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Podium.")
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHES))
    parser.add_argument("--quick", action="store_true", help="one short round of each")
    parser.add_argument("--json", type=Path, default=ROOT / "bench" / "results.json")
    asked = parser.parse_args()
    if unknown := [name for name in asked.names if name not in BENCHES]:
        parser.error(f"no bench is called {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    return asked


def _measured(names: Sequence[str], quick: bool) -> tuple[dict[str, Figure], dict[str, str]]:
    """The median figures by name, and what went wrong by bench.

    The benches take turns round by round, so that a busy minute of the machine hits them alike.
    """
    rounds: dict[str, list[list[Figure]]] = {name: [] for name in names}
    failed: dict[str, str] = {}
    most = 1 if quick else max(BENCHES[name].rounds for name in names)
    for turn in range(most):
        for name in names:
            if name in failed or turn >= BENCHES[name].rounds:
                continue
            sys.stderr.write(f"{name}, round {turn + 1}\n")
            try:
                rounds[name].append(_round(name, quick))
            except (subprocess.SubprocessError, OSError) as error:
                failed[name] = f"{error}; what it said is above"
    return {one.name: one for name in names for one in medians(rounds[name])}, failed


def _round(name: str, quick: bool) -> list[Figure]:
    """Runs the bench in a process of its own, so that its memory and CPU are its own."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "bench.child", name, str(file)]
        command += ["--quick"] if quick else []
        subprocess.run(command, check=True, cwd=ROOT, timeout=ROUND_LIMIT_S)
        return FIGURES.validate_json(file.read_bytes())


def _write(file: Path, about: Mapping[str, object], figures: Mapping[str, Figure]) -> None:
    rows = [
        dataclasses.asdict(figure)
        | {"met": [goal.met(figure.value, figures) for goal in figure.goals]}
        for figure in figures.values()
    ]
    file.write_text(json.dumps({**about, "figures": rows}, indent=1) + "\n")


def _show(
    facts: Mapping[str, object], figures: Mapping[str, Figure], failed: Mapping[str, str]
) -> None:
    table = Table("what", "figure", "rounds", "goal", "")
    for figure in figures.values():
        low, high = min(figure.rounds), max(figure.rounds)
        table.add_row(
            figure.what,
            f"{figure.value:,.4g} {figure.unit}",
            f"{low:,.4g} to {high:,.4g}" if len(figure.rounds) > 1 else "",
            "\n".join(_limit(goal, figures) for goal in figure.goals),
            "\n".join(_verdict(goal.met(figure.value, figures)) for goal in figure.goals),
        )
    console = Console() if sys.stdout.isatty() else Console(width=150)
    console.print(table, highlight=False)
    console.print(
        f"{facts['cores']} cores, {facts['cpu']}, Python {facts['python']}, {facts['os']}; "
        f"load before: {facts['load']}",
        highlight=False,
    )
    for name, why in failed.items():
        console.print(f"{name} did not finish: {why}", style="red", highlight=False)


def _limit(goal: Goal, figures: Mapping[str, Figure]) -> str:
    if not goal.times:
        return f"{goal.kind} {goal.value:g}"
    limit = goal.limit(figures)
    number = "not measured" if limit is None else f"{limit:,.4g}"
    return f"{goal.kind} {goal.value:g} x {goal.times} = {number}"


def _verdict(met: bool | None) -> str:
    return "" if met is None else "[green]met[/]" if met else "[red]short[/]"


if __name__ == "__main__":
    sys.exit(main())
