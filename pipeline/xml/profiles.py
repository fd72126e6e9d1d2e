"""Profiles: a folder each with a template, a schema and limits; adding a schema adds a folder."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pipeline.domain.facts import Limits
from pipeline.errors import UnreadableFile

TEMPLATE, SCHEMA, DESCRIPTION = "template.xml.j2", "schema.xsd", "profile.toml"


@dataclass(frozen=True, slots=True)
class Profile:
    """One file format. Holds the very template and schema that `digest` was taken of."""

    name: str
    label: str
    limits: Limits
    carries_pfmp: bool
    carries_project: bool
    official: bool  # whether the grammar is one the ministry published
    note: str
    digest: str  # SHA-256, hexadecimal, of the three files
    folder: Path
    template: str = field(repr=False, compare=False)
    schema: bytes = field(repr=False, compare=False)


def default_folder() -> Path:
    """The wheel's `pipeline/_templates/xml` when installed, else the repository's."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_templates" / "xml"
    return installed if installed.is_dir() else package.parent / "templates" / "xml"


def load_profiles(folder: Path | None = None) -> Mapping[str, Profile]:
    """Every profile of `folder` by name, in order of names, read once per process.

    Raises `UnreadableFile` when a profile misses a file or its description is wrong.
    """
    return _load((folder or default_folder()).resolve())


@cache
def _load(folder: Path) -> Mapping[str, Profile]:
    found = (_read(path.parent) for path in sorted(folder.glob(f"*/{DESCRIPTION}")))
    return MappingProxyType({profile.name: profile for profile in found})


def _read(folder: Path) -> Profile:
    parts = {name: _bytes(folder / name) for name in (TEMPLATE, SCHEMA, DESCRIPTION)}
    try:
        described = tomllib.loads(parts[DESCRIPTION].decode("utf-8"))
        return _build(folder, described, parts)
    except (ValueError, TypeError, KeyError) as error:
        why = f"description de profil incorrecte ({type(error).__name__})."
        raise UnreadableFile(f"{folder.name}/{DESCRIPTION}", why) from error


def _build(folder: Path, described: Mapping[str, Any], parts: Mapping[str, bytes]) -> Profile:
    if described["name"] != folder.name:
        raise ValueError(folder.name)
    return Profile(
        name=described["name"],
        label=described["label"],
        limits=_limits(described["limits"]),
        carries_pfmp=described["carries_pfmp"],
        carries_project=described["carries_project"],
        official=described["official"],
        note=described["note"],
        digest=_digest(parts),
        folder=folder,
        template=parts[TEMPLATE].decode("utf-8"),
        schema=parts[SCHEMA],
    )


def _limits(described: Mapping[str, Any]) -> Limits:
    if not all(type(value) is int and value > 0 for value in described.values()):
        raise ValueError("limits")
    return Limits(**described)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path.parent.name}/{path.name}", "absent ou illisible.") from error


def _digest(parts: Mapping[str, bytes]) -> str:
    total = hashlib.sha256()
    for name, content in sorted(parts.items()):
        total.update(f"{name}:{len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()
