"""Chromium and axe-core, where `make test` put them, and what to say where they are not."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parent.parent.parent
LOCK = Path(__file__).parent / "axe-core.sha512"
MEMBER = "package/axe.min.js"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def chromium() -> str:
    """The browser's path; without one the test is passed over."""
    return shutil.which("chromium") or _missing("Chromium manque : apt-get install chromium")


def axe_source() -> str:
    """The script of axe-core, the very one whose digest is kept."""
    digest, name = LOCK.read_text().split()
    path = ROOT / ".venv" / "share" / name
    if not path.exists():
        _missing("axe-core manque : tests/browser/set-up.sh le prend du registre npm")
    assert hashlib.sha512(path.read_bytes()).hexdigest() == digest, f"{name} is another"
    with tarfile.open(path) as packed:
        member = packed.extractfile(MEMBER)
        assert member is not None
        return member.read().decode()


def _missing(why: str) -> NoReturn:
    """CI wants them all; elsewhere a machine may have none."""
    if os.environ.get("TESTS_REQUIRE_BROWSER"):
        pytest.fail(why)
    pytest.skip(why)
