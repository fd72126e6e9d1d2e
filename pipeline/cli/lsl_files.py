"""Reading a file that should be one for LSL: bounded, and called by its name when it is not."""

from __future__ import annotations

from pathlib import Path

from pipeline.cli.common import read_file
from pipeline.errors import UnreadableFile
from pipeline.exchange.mistaken import not_for_lsl
from pipeline.xml.read_back import LARGEST_BYTES, TOO_LARGE


def read_bounded(path: Path) -> bytes:
    """The bytes of any file not larger than one for LSL. Raises UnreadableFile."""
    data = read_file(path, LARGEST_BYTES)
    if len(data) > LARGEST_BYTES:
        raise UnreadableFile(path.name, TOO_LARGE)
    return data


def read_lsl_file(path: Path) -> bytes:
    """The bytes of what may be a file for LSL. Raises UnreadableFile, and tells what takes it."""
    data = read_bounded(path)
    if what := not_for_lsl(data):
        raise UnreadableFile(path.name, what)
    return data
