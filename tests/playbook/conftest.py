"""A playbooks folder of its own for each test."""

from pathlib import Path

import pytest

from tests.playbook.folder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
