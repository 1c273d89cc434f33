"""The command line as people and scripts use it: real processes, offline."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHIPPED = Path("playbooks").absolute()


@pytest.fixture
def podium(tmp_path: Path):
    """Runs podium in a folder of its own and gives what it printed."""

    def call(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            env=os.environ
            | {"PODIUM_DATA": str(tmp_path / "data"), "PODIUM_PLAYBOOKS": str(SHIPPED)}
            | {"PYTHONPATH": str(Path.cwd()), "COLUMNS": "100"}
            | env,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )

    return call


def test_check_is_content_with_what_ships(podium):
    done = podium("check")
    assert done.returncode == 0
    assert "6 playbooks" in done.stdout
    assert "warning" not in done.stdout


def test_check_lists_all_that_is_wrong_and_exits_1(podium, tmp_path):
    books = tmp_path / "books"
    shutil.copytree(SHIPPED, books)
    text = (books / "reply.yaml").read_text()
    (books / "reply.yaml").write_text(text.replace("variants:", "varaints:"))
    done = podium("check", str(books))
    assert done.returncode == 1
    assert 'did you mean "variants"?' in done.stdout
    assert "reply.yaml:" in done.stdout
    assert "5 playbooks" in done.stdout


def test_schema_is_json_schema(podium):
    schema = json.loads(podium("schema").stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "from" in schema["$defs"]["Deliver"]["properties"]


def test_run_approves_by_itself_and_prints_json(podium):
    done = podium("run", "meeting-notes", "--sample", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["outcome"] == "approved"
    assert report["models"] == ["understudy"]
    assert report["spent_usd"] == 0
    assert report["value"]


def test_run_stops_where_a_person_is_needed_and_goes_on_later(podium):
    stopped = podium("run", "launch-brief", "--sample")
    assert stopped.returncode == 1
    assert "A person is needed" in stopped.stderr
    run_id = stopped.stderr.split("podium run ")[1].split()[0]
    done = podium("run", run_id, "--yes", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["run"] == run_id


def test_rehearse_shows_prompts_cost_and_gates_and_calls_nothing(podium):
    done = podium("rehearse", "launch-brief", "--sample")
    assert done.returncode == 0, done.stderr
    assert "# Your task" in done.stdout
    assert "tokens in" in done.stdout
    assert "waits for" in done.stdout
    assert "at most $" in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run", "launch-breif"], 'did you mean "launch-brief"?'),
        (["run", "launch-brief"], "This is needed"),
        (["run", "launch-brief", "-i", "product"], "is not key=value"),
        (["run", "launch-brief", "-i", "prodct=x"], 'did you mean "product"?'),
        (["run", "launch-brief", "-i", "product=x", "-i", "notes=nowhere.md"], "nowhere.md"),
        (["run", "r0123456789abcdef"], "There is no run"),
        (["rehearse", "nothing"], "there is no playbook"),
    ],
)
def test_bad_input_ends_with_one_clear_line_and_2(podium, words, told):
    done = podium(*words)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_a_bad_setting_is_named(podium):
    done = podium("check", PODIUM_WEB_PORT="many")
    assert done.returncode == 2
    assert "PODIUM_WEB_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_team_file_that_is_gone_is_named(podium):
    done = podium("check", PODIUM_TEAM="nowhere.yaml")
    assert done.returncode == 2
    assert "nowhere.yaml" in done.stderr
