"""The command line."""

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from bot.settings import Settings
from bot.team import TeamFileError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Delegate work to AI specialists, and judge what they make.",
)
BAD_INPUT = 2

Folder = Annotated[Path | None, typer.Argument(help="The playbooks folder; else PODIUM_PLAYBOOKS")]
Given = Annotated[
    list[str] | None, typer.Option("-i", "--input", help="key=value; a file: key=@path")
]
Book = Annotated[str, typer.Argument(help="A playbook's name, such as launch-brief")]
Sample = Annotated[bool, typer.Option("--sample", help="Take the inputs from the shipped sample")]


@app.command()
def serve() -> None:
    """Open the page, and do the work of all runs."""
    from bot.ports import LogUnavailable
    from bot.serve import serve as serve_house
    from bot.wiring import CannotStart

    settings = _settings()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("podium").setLevel(logging.INFO)
    try:
        asyncio.run(serve_house(settings, _welcome, typer.echo))
    except (CannotStart, LogUnavailable, TeamFileError, OSError) as error:
        _stop(str(error))


@app.command()
def check(folder: Folder = None) -> None:
    """Say everything that is wrong with the playbooks; exit 1 when something is."""
    from bot.playbook.library import load
    from bot.team import read_team
    from bot.wiring import catalog

    settings = _settings()
    try:
        found = load(folder or settings.playbooks, catalog(settings, read_team(settings.team)))
    except TeamFileError as error:
        _stop(str(error))
    for problem in found.problems:
        typer.echo(str(problem))
    errors = sum(problem.level == "error" for problem in found.problems)
    good = f"{len(found.playbooks)} playbooks and {len(found.specialists)} specialists are sound"
    wrong = f"{errors} error{'s' if errors > 1 else ''}; " if errors else ""
    typer.echo(f"{wrong}{good}.")
    raise typer.Exit(1 if errors else 0)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a playbook, for editors."""
    from bot.playbook.schema import playbook_schema

    typer.echo(json.dumps(playbook_schema(), indent=2, ensure_ascii=False))


@app.command()
def manifest(
    platform: Annotated[str, typer.Argument(help="slack")] = "slack",
    url: Annotated[str, typer.Option(help="Where HTTP mode is reached; else Socket Mode")] = "",
) -> None:
    """Print what Podium's app has to be on a platform, ready to paste there."""
    from bot.platforms import slack_manifest

    if platform != "slack":
        _stop(f'there is no manifest for "{platform}"; for Slack: podium manifest slack')
    try:
        whole = slack_manifest(_settings(), url.rstrip("/"))
    except TeamFileError as error:
        _stop(str(error))
    typer.echo(json.dumps(whole, indent=2, ensure_ascii=False))


@app.command()
def doctor(
    live: Annotated[bool, typer.Option("--live", help="Ask Slack's own validators too")] = False,
) -> None:
    """Say what is missing to be in Slack or Discord and how to mend it; exit 1 if something is."""
    from bot.platforms import examine

    try:
        found = asyncio.run(examine(_settings(), live=live))
    except TeamFileError as error:
        _stop(str(error))
    for finding in found:
        typer.echo(finding)
    raise typer.Exit(1 if any(line.startswith("✗") for line in found) else 0)


@app.command()
def run(
    playbook: Annotated[
        str, typer.Argument(help="A playbook's name, or the id of a run to go on with")
    ],
    given: Given = None,
    sample: Sample = False,
    yes: Annotated[bool, typer.Option("--yes", help="Approve, and take the first choice")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON")] = False,
) -> None:
    """Run one playbook here: progress while it works, questions when it needs you."""
    from bot.errand import BadErrand, CannotFinish, errand
    from bot.ports import LogUnavailable
    from bot.wiring import CannotStart

    try:
        report = asyncio.run(
            errand(_settings(), playbook, given or [], sample=sample, yes=yes, quiet=as_json)
        )
    except (BadErrand, CannotStart, TeamFileError) as error:
        _stop(str(error))
    except (CannotFinish, LogUnavailable) as error:
        _stop(str(error), code=1)
    if as_json:
        typer.echo(json.dumps(report.as_json(), indent=2, ensure_ascii=False))
    raise typer.Exit(0 if report.outcome == "approved" else 1)


@app.command()
def rehearse(
    playbook: Book,
    given: Given = None,
    sample: Sample = False,
    prompts: Annotated[bool, typer.Option(help="Show each prompt as it would be sent")] = True,
) -> None:
    """Show what a run would do and cost; no model is called and nothing is posted."""
    from bot.errand import BadErrand, rehearsal

    try:
        asyncio.run(rehearsal(_settings(), playbook, given or [], sample=sample, prompts=prompts))
    except (BadErrand, TeamFileError) as error:
        _stop(str(error))


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        _stop(f"{name}: {first['msg']}")


def _welcome(link: str) -> None:
    typer.echo(f"\nPodium is open. Go in by this link, which works once:\n\n  {link}\n")


def _stop(why: str, code: int = BAD_INPUT) -> NoReturn:
    typer.echo(f"podium: {why}", err=True)
    raise typer.Exit(code)


def main() -> None:
    """The console script."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
