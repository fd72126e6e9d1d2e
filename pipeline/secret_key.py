"""The key that signs cookies: made once in the home folder, where none is given."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path

from pipeline.errors import SettingsRefused

SHORTEST = 32  # characters


@cache
def kept_in(home: Path) -> str:
    """The key of a home folder, read once by a process. Raises SettingsRefused."""
    return read_or_make(home)


def read_or_make(home: Path) -> str:
    """The key of a home folder, made by whoever needs it first. Raises SettingsRefused.

    Readable by its owner only, and whole under its name: two processes at once get the same.
    """
    path = home / "secret.key"
    try:
        return _read(path) if path.exists() else _make(home, path)
    except OSError:
        raise SettingsRefused(
            f"{path} : impossible à lire ou à écrire. Vérifiez les droits du dossier, "
            "ou donnez LSLPRO_SECRET_KEY."
        ) from None


def _make(home: Path, path: Path) -> str:
    home.mkdir(parents=True, exist_ok=True, mode=0o750)
    beside = home / f".secret.key-{secrets.token_hex(8)}"
    try:
        _write(beside, secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # another was first: its key is the key
            os.link(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return _read(path)


def _write(path: Path, key: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> str:
    key = path.read_text(encoding="ascii", errors="replace").strip()
    if len(key) < SHORTEST:
        raise SettingsRefused(
            f"{path} : clé illisible ou trop courte. Effacez ce fichier : une autre sera faite, "
            "et chacun se reconnectera."
        )
    return key
