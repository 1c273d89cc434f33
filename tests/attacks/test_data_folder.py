"""The folder that Podium keeps its data in, as crashes and people may leave it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.serve import _secret
from bot.wiring import CannotStart, hold, make_folder, open_database


@pytest.mark.parametrize("left", [b"", b"half a key"])
def test_a_key_that_a_crash_left_half_written_signs_nothing(tmp_path: Path, left: bytes) -> None:
    (tmp_path / "session.key").write_bytes(left)
    key = _secret(tmp_path)
    assert len(key) == 32
    assert _secret(tmp_path) == key


def test_the_key_is_for_podium_alone_whatever_a_crash_left(tmp_path: Path) -> None:
    (tmp_path / "session.key.new").write_bytes(b"")
    _secret(tmp_path)
    assert (tmp_path / "session.key").stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "session.key.new").exists()


def test_nobody_else_looks_into_a_new_data_folder(tmp_path: Path) -> None:
    make_folder(tmp_path / "data")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_folder_is_held_once(tmp_path: Path) -> None:
    held = hold(tmp_path)
    with pytest.raises(CannotStart, match="already serving"):
        hold(tmp_path)
    os.close(held)
    os.close(hold(tmp_path))


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for folder in (file, file / "below"):
        with pytest.raises(CannotStart, match="Set PODIUM_DATA to a folder"):
            hold(folder)


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "podium.db").write_bytes(b"no database " * 1_000)
    with pytest.raises(CannotStart, match=r"podium\.db cannot be opened"):
        async with open_database(f"sqlite:///{tmp_path / 'podium.db'}"):
            pass


@pytest.mark.parametrize(
    ("words", "env", "told"),
    [
        (("serve",), {"DATABASE_URL": "nonsense"}, "DATABASE_URL must name"),
        (("serve",), {"PODIUM_DATA": "/proc/none"}, "Set PODIUM_DATA to a folder"),
        (("run", "reply", "--sample"), {"PODIUM_DATA": "/proc/none"}, "Set PODIUM_DATA to"),
        (("check",), {"PODIUM_MODEL_PRICE": "1e400 1"}, "PODIUM_MODEL_PRICE"),
        (("check",), {"PODIUM_MODEL_PRICE": "nan 1"}, "PODIUM_MODEL_PRICE"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_line(
    tmp_path: Path, words: tuple[str, ...], env: dict[str, str], told: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        env={**os.environ, "PODIUM_DATA": str(tmp_path), "PODIUM_WEB_PORT": "0", **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
