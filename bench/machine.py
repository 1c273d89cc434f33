"""What the figures were measured on."""

import os
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

PACKAGES = ("podium", "sqlmodel", "sqlalchemy", "nicegui", "anthropic", "langgraph", "dbos")


def facts() -> Mapping[str, object]:
    """Cores, CPU model, memory, load, Python, OS and the versions that matter, for the JSON."""
    return {
        "cores": os.cpu_count(),
        "cpu": _field("/proc/cpuinfo", "model name") or platform.processor(),
        "memory": _field("/proc/meminfo", "MemTotal"),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "os": platform.platform(),
        "versions": {name: _version(name) for name in PACKAGES},
    }


def _field(file: str, name: str) -> str:
    path = Path(file)
    lines = path.read_text().splitlines() if path.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
