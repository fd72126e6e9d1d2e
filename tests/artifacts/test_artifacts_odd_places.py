"""Places that are none, and temporaries that vanish: our own errors, or none."""

from __future__ import annotations

import pytest

from pipeline.artifacts import TEMPORARY, Artifacts
from pipeline.errors import ArtifactsUnavailable

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("where", ["", "folder"])
def test_a_place_of_files_that_is_a_file_is_unavailable(tmp_path, where):
    (tmp_path / "place").write_text("a file")
    with pytest.raises(ArtifactsUnavailable):
        Artifacts(tmp_path / "place" / where).put(b"data")


def test_a_subfolder_that_is_a_file_is_unavailable(tmp_path):
    artifacts = Artifacts(tmp_path / "artifacts")
    path = artifacts.path(artifacts.put(b"data"))
    path.unlink()
    path.parent.rmdir()
    path.parent.write_text("a file")
    with pytest.raises(ArtifactsUnavailable):
        artifacts.put(b"data")


def test_a_temporary_that_vanishes_under_the_sweep_is_no_error(tmp_path):
    artifacts = Artifacts(tmp_path / "artifacts")
    path = artifacts.path(artifacts.put(b"data"))
    (path.parent / f"{TEMPORARY}gone").symlink_to("nowhere")  # what `stat` sees of one just gone
    assert artifacts.sweep_temporary(0) == 0
