"""A place of files under test."""

from __future__ import annotations

import pytest

from pipeline.artifacts import Artifacts


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "artifacts"


@pytest.fixture
def artifacts(folder):
    return Artifacts(folder)


@pytest.fixture
def files(folder):
    """The names of the files there are now."""
    return lambda: sorted(path.name for path in folder.glob("??/*") if path.is_file())
