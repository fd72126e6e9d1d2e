"""Writing a file that a person asked for: whole, and never over another one."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from pipeline.errors import AlreadyThere, InvalidEntry, UnreadableFile

_NOT_THERE = "on ne peut pas l'écrire à cet endroit. Donnez un autre nom avec --output."


def destination(output: Path | None, name: str, form: str) -> Path:
    """The file to write: the one asked for, else `name`. Raises InvalidEntry for another format."""
    if output is not None and output.suffix.lower() != f".{form}":
        told = f"Fichier {output.name} : donnez-lui un nom en .{form}, ou un autre --format."
        raise InvalidEntry([told])
    return output or Path(name)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet. Raises AlreadyThere, UnreadableFile."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            _write_all(path, file, data)
    except FileExistsError as error:
        if path.parent.is_dir():
            raise AlreadyThere(path.name) from error
        raise UnreadableFile(path.name, _NOT_THERE) from error
    except OSError as error:
        raise UnreadableFile(path.name, _NOT_THERE) from error


def _write_all(path: Path, file: IO[bytes], data: bytes) -> None:
    """Whole, or no file at all."""
    try:
        file.write(data)
        file.flush()
    except OSError:
        path.unlink()
        raise
