"""The lock files hold every direct dependency, with digests, and name no registry."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache

import pytest
from packaging.requirements import Requirement

from tests.house.source import read

PRODUCT_LOCK, DEV_LOCK = "requirements.lock", "requirements-dev.lock"
PINNED = re.compile(r"[a-z0-9.-]+(\[[a-z0-9,-]+\])?==[^ ;\\]+( ; [^\\]+)?")
DIGEST = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(text: str) -> list[list[str]]:
    """Each requirement of a lock with its digests, continued lines joined."""
    lines = text.replace("\\\n", "\0").splitlines()
    return [
        [part.strip() for part in line.split("\0")]
        for line in lines
        if line.strip() and not line.startswith("#")
    ]


def faults(text: str) -> list[str]:
    """The lines of a lock that pin no version, have no digest or hold something else."""
    return [
        entry[0]
        for entry in entries(text)
        if not PINNED.fullmatch(entry[0])
        or not entry[1:]
        or not all(map(DIGEST.fullmatch, entry[1:]))
    ]


def pins(text: str) -> dict[str, set[str]]:
    """The versions of each distribution; more than one where they depend on the platform."""
    found: dict[str, set[str]] = {}
    for requirement in (Requirement(entry[0]) for entry in entries(text)):
        versions = {one.version for one in requirement.specifier}
        found[_plain(requirement.name)] = found.get(_plain(requirement.name), set()) | versions
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def not_admitted(wanted: Sequence[str], text: str) -> list[str]:
    """The requirements that a lock lacks or holds at a version they refuse."""
    held = pins(text)
    return [
        f"{line}: {sorted(held.get(_plain(one.name), ())) or 'absent'}"
        for line in wanted
        for one in [Requirement(line)]
        if not held.get(_plain(one.name))
        or not all(map(one.specifier.contains, held[_plain(one.name)]))
    ]


@cache
def project() -> dict[str, list[str]]:
    """The direct dependencies that each lock must hold."""
    declared = tomllib.loads(read("pyproject.toml"))["project"]
    direct: list[str] = declared["dependencies"]
    return {
        PRODUCT_LOCK: direct,
        DEV_LOCK: sum(declared["optional-dependencies"].values(), direct),
    }


@pytest.mark.parametrize("lock", [PRODUCT_LOCK, DEV_LOCK])
def test_every_line_pins_a_version_and_is_hashed(lock: str) -> None:
    found = faults(read(lock))
    assert not found, "\n".join(found)
    assert len(entries(read(lock))) > len(project()[lock])


@pytest.mark.parametrize("lock", [PRODUCT_LOCK, DEV_LOCK])
def test_a_lock_names_no_registry(lock: str) -> None:
    assert "://" not in read(lock)


@pytest.mark.parametrize("lock", [PRODUCT_LOCK, DEV_LOCK])
def test_every_direct_dependency_is_held_at_a_version_it_admits(lock: str) -> None:
    found = not_admitted(project()[lock], read(lock))
    assert not found, "\n".join(found)


def test_the_tests_run_on_the_versions_of_the_product() -> None:
    tested = pins(read(DEV_LOCK))
    found = {name: tested.get(name) for name in pins(read(PRODUCT_LOCK))}
    assert found == pins(read(PRODUCT_LOCK))


@pytest.mark.parametrize(
    "line",
    [
        "celery==5.7.0",
        "celery>=5.7 \\\n    --hash=sha256:" + "0" * 64,
        "celery==5.7.0 \\\n    --hash=md5:" + "0" * 32,
        "--index-url https://registry.example.org/simple",
        "celery @ https://registry.example.org/celery.whl \\\n    --hash=sha256:" + "0" * 64,
    ],
)
def test_the_check_sees_a_line_that_pins_nothing(line: str) -> None:
    good = "kombu==5.7.0 ; sys_platform != 'win32' \\\n    --hash=sha256:" + "0" * 64
    assert len(faults(f"{good}\n{line}\n")) == 1


def test_the_check_sees_a_dependency_that_is_absent_or_refused() -> None:
    wanted = ["celery[redis]==5.7.0", "Redis>=7.4,<9", "lxml>=6.1", "types-PyYAML"]
    held = "celery==5.7.0\nredis==9.0\ntypes_pyyaml==1\n"
    assert [line.partition(":")[0] for line in not_admitted(wanted, held)] == [
        "Redis>=7.4,<9",
        "lxml>=6.1",
    ]
