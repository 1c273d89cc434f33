"""The browser of the page's tests: Debian's package, or else Playwright's own build."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

_DEBIAN = Path("/usr/bin/chromium")


def executable() -> Path | None:
    """Return what to launch; None leaves it to Playwright, which then launches its own build."""
    return _DEBIAN if _DEBIAN.exists() else None


def _is_there() -> bool:
    if executable():
        return True
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def _install() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quietly, check=False)
        subprocess.run(["apt-get", "install", "-qqy", "chromium"], env=quietly, check=False)
    if not _is_there():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    if not _is_there():
        _install()
    if not _is_there():
        sys.exit("The page's tests need Chromium: install your system's package, then run again.")
