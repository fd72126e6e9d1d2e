"""Writing a file that a person asked for: whole, and never over another one."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import AlreadyThere, UnreadableFile


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet. Raises AlreadyThere, UnreadableFile."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError as error:
        raise AlreadyThere(path.name) from error
    except OSError as error:
        path.unlink(missing_ok=True)
        raise UnreadableFile(path.name, "on ne peut pas l'écrire à cet endroit.") from error
