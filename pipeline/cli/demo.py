"""`lslpro demo`: the main job, from nothing, on an invented school with real workers."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline import booklets, export, imports, levels
from pipeline.artifacts import digest
from pipeline.cli import booklets as booklet_commands
from pipeline.cli import demo_accounts, exports
from pipeline.cli.common import console, wiring
from pipeline.cli.demo_home import prepare
from pipeline.cli.tree import specs
from pipeline.demo_school import write_demo_files
from pipeline.domain.entry import Edit
from pipeline.domain.periods import Level, Periodicity
from pipeline.domain.states import JobState
from pipeline.embedded.supervisor import Supervisor, lock
from pipeline.errors import Defect, Unavailable
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.tables import read_booklets, read_frameworks
from pipeline.settings import settings
from pipeline.store import reports, versions
from pipeline.verify import Verdict, verify

HOME = Path("lslpro-demo")
DEADLINE_S = 60.0
ACTOR = "demo"


def run() -> None:
    """Run the demo in a fresh `lslpro-demo` folder; raises Defect where a step goes wrong."""
    home = HOME.absolute()
    console.rule("LSL Pro : démonstration")
    on_given_servers = bool(settings().database_url or settings().broker_url)
    prepare(home)
    with lock(home):
        tree = Supervisor(specs(settings(), None), lambda line: console.print(f"  {line}"))
        tree.start()
        try:
            _import(home)
            _exports(home)
        finally:
            tree.stop()
        _step("Des comptes pour les pages")
        demo_accounts.tell(demo_accounts.make(ACTOR), on_given_servers=on_given_servers)
    console.rule("Fin")
    console.print(f"Tout est dans {home}.", soft_wrap=True)


def _step(text: str) -> None:
    console.print(f"\n▸ {text}", style="bold")


def _wait(what: str, done: Callable[[], bool]) -> float:
    started = time.monotonic()
    while not done():
        if time.monotonic() - started > DEADLINE_S:
            raise Unavailable(f"{what} : rien après {DEADLINE_S:.0f} s, voir les journaux (logs/).")
        time.sleep(0.05)
    return time.monotonic() - started


def _divisions() -> list[Any]:
    with wiring().store.reading() as connection:
        return reports.divisions(connection)


def _import(home: Path) -> None:
    w = wiring()
    files = write_demo_files(home / "import")
    _step("Import des référentiels, des élèves (SIECLE) et des livrets")
    siecle = read_siecle(files.siecle)
    imports.import_frameworks(w.store, read_frameworks(files.frameworks), now=w.now(), actor=ACTOR)
    report = imports.import_siecle(
        w.store, siecle, expected_uai=None, expected_year=siecle.start_year, now=w.now(),
        actor=ACTOR,
    )  # fmt: skip
    console.print(f"  {report.added} élèves ajoutés, {report.ignored} hors bac pro ignorés.")
    for row in levels.listed(w.store):
        levels.choose(
            w.store, row.school_uai, row.start_year, row.diploma_code, row.level,
            periodicity=Periodicity.SEMESTER, exports_pfmp=row.level == Level.TERMINALE,
            exports_project=None,
            actor=ACTOR, now=w.now(),
        )  # fmt: skip
    imports.import_booklets(
        w.store, read_booklets(files.booklets), uai=siecle.uai, start_year=siecle.start_year,
        limits=w.limits, actor=ACTOR, now=w.now(),
    )  # fmt: skip
    waited = _wait("Voyants", lambda: not any(row.pending for row in _divisions()))
    console.print(f"  Voyants calculés en arrière-plan en {waited:.1f} s :")
    booklet_commands.status(None)


def _exports(home: Path) -> None:
    _step("Export de toutes les divisions, dans les deux profils")
    rows = _export_all()
    exports.show_jobs(rows)
    _step("Une note change : le voyant suit, une seule division aura une nouvelle version")
    _change_one_mark()
    rows = _export_all()
    exports.show_jobs(rows)
    changed = {row.code for row in rows if row.outcome == "new_version"}
    if len(changed) != 1:
        raise Defect(f"Une seule division devait changer : {sorted(changed)}")
    _step("Vérification des fichiers")
    _write_and_verify(home / "fichiers")


def _export_all() -> list[Any]:
    w = wiring()
    ids = [
        export.request(w.store, row.id, profile, by=ACTOR, now=w.now())
        for row in _divisions()
        for profile in sorted(w.profiles)
    ]
    rows = exports.wait_for(ids, DEADLINE_S)
    if failed := [row for row in rows if row.state == JobState.FAILED]:
        raise Defect(f"Exports en échec : {[(row.code, row.report) for row in failed]}")
    return rows


def _change_one_mark() -> None:
    w = wiring()
    division = next(row for row in _divisions() if row.green)
    with w.store.reading() as connection:
        pupil = next(p for p in reports.pupils(connection, division.id) if p.light == "green")
    booklets.edit(
        w.store, pupil.id, Edit(averages={1: None, 2: None}), based_on=None, actor=ACTOR,
        limits=w.limits, now=w.now(),
    )  # fmt: skip
    seconds = _wait_light(division.id, pupil.id, "red")
    console.print(f"  Moyennes effacées dans {division.code} : vert → rouge en {seconds:.2f} s.")
    booklets.edit(
        w.store, pupil.id, Edit(averages={1: Decimal("19.5")}), based_on=None, actor=ACTOR,
        limits=w.limits, now=w.now(),
    )  # fmt: skip
    seconds = _wait_light(division.id, pupil.id, "green")
    console.print(f"  Moyenne saisie : rouge → vert en {seconds:.2f} s.")


def _wait_light(division_id: int, booklet_id: int, light: str) -> float:
    def there() -> bool:
        with wiring().store.reading() as connection:
            pupils = reports.pupils(connection, division_id)
        return any(p.id == booklet_id and p.light == light and not p.pending for p in pupils)

    return _wait("Voyant", there)


def _write_and_verify(folder: Path) -> None:
    w = wiring()
    folder.mkdir(parents=True, exist_ok=True)
    with w.store.reading() as connection:
        rows = versions.listed(connection)
    for row in rows:
        data = w.artifacts.read(row.sha256, row.file_name)
        (folder / row.file_name).write_bytes(data)
        found = verify(w.store, row.file_name, data)
        if found.result is not Verdict.INTACT or digest(data) != row.sha256:
            raise Defect(f"{row.file_name} : {found.result}")
        newer = f", remplacée par v{found.superseded_by}" if found.superseded_by else ""
        console.print(f"  intact {row.file_name}{newer}", soft_wrap=True)
