"""What row 40's machine plays on: one school, put back as it was for each schedule."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from rowsbuilder import NOW, a_school

from pipeline import recompute
from pipeline.queue import Message
from pipeline.settings import Settings
from pipeline.store.unit import Store
from pipeline.xml.profiles import load_profiles

DRAFT = "lslpro-draft-1"
DIVISIONS, PUPILS = 2, 2
PROFILES = load_profiles()


class Stage:
    """A folder with one engine, whose database is put back to the template for each schedule.

    A new engine each time would compile every statement again.
    """

    def __init__(self, template: Path) -> None:
        self._template = template
        self.folder = Path(tempfile.mkdtemp(prefix="lslpro-machine-", dir=_fast_folder()))
        self.send: Callable[[Sequence[Message]], Sequence[Message] | None] = lambda _: None
        self.store = Store(f"sqlite:///{self.folder / 'lslpro.db'}", self._say)

    def _say(self, messages: Sequence[Message]) -> Sequence[Message] | None:
        return self.send(messages)

    def begin(self) -> Settings:
        """As it was at first, with no file."""
        self.store.engine.dispose()
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        shutil.copy(self._template, self.folder / "lslpro.db")
        return Settings(home=self.folder)

    def end(self) -> None:
        """Leave nothing behind."""
        self.store.engine.dispose()
        shutil.rmtree(self.folder, ignore_errors=True)


def a_template(path: Path) -> Path:
    """Fill a migrated database with the machine's school."""
    store = Store(f"sqlite:///{path}", lambda _: None)
    for number in range(1, DIVISIONS + 1):
        a_school(store, pupil_count=PUPILS, division_code=f"1MELEC{number}")
    recompute.inline(store, limits=PROFILES[DRAFT].limits, now=lambda: NOW)
    store.engine.dispose()
    return path


def _fast_folder() -> str | None:
    """Memory instead of a disk, where there is some: schedules sync thousands of times."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None
