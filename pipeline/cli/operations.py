"""Commands of the operator: serve, doctor, db upgrade, recompute, demo."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Annotated, Any

import sqlalchemy as sa
import typer
from redis import Redis
from redis.exceptions import RedisError
from rich.progress import Progress, SpinnerColumn, TextColumn

from pipeline import recompute as use_case
from pipeline.cli.common import JsonOption, console, emit, show, wiring
from pipeline.embedded import broker
from pipeline.errors import PipelineError, Unavailable
from pipeline.settings import settings
from pipeline.store.engine import make_engine
from pipeline.store.migrate import current_revision, newest_revision, upgrade

database = typer.Typer(help="La base de données.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to `lslpro`."""
    app.command("demo")(demo)
    app.command("serve")(serve)
    app.command("doctor")(doctor)
    app.command("recompute")(recompute)
    app.add_typer(database, name="db")


def demo() -> None:
    """Une école inventée, de l'import aux fichiers vérifiés, avec de vrais ouvriers."""
    from pipeline.cli.demo import run

    run()


def serve(
    flower_port: Annotated[int, typer.Option(help="Port de Flower, sur cette machine.")] = 5555,
) -> None:
    """Courtier, ouvriers, planificateur, Flower et pages, surveillés, jusqu'à Ctrl-C."""
    from pipeline.cli.tree import serve_all

    wiring()
    serve_all(settings(), lambda line: console.print(line, soft_wrap=True), flower_port)


@database.command("upgrade")
def upgrade_database() -> None:
    """Amener la base à la dernière version du schéma."""
    engine = make_engine(settings().effective_database_url)
    upgrade(engine)
    console.print(f"Base à jour (révision {current_revision(engine)}).")


def recompute(
    inline: Annotated[bool, typer.Option("--inline", help="Ici même, sans Redis.")] = False,
) -> None:
    """Recalculer les voyants en retard."""
    w = wiring()
    if not inline:
        count = use_case.sweep(w.store, w.now())
        console.print(f"{count} livret(s) envoyés au recalcul.")
        return
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), console=console, transient=True
    ) as progress:
        bar = progress.add_task("Recalcul")
        total = use_case.inline(
            w.store,
            limits=w.limits,
            now=w.now,
            progress=lambda done: progress.update(bar, description=f"Recalcul : {done}"),
        )
    console.print(f"{total} voyant(s) recalculé(s).")


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """One thing the doctor looked at."""

    name: str
    ok: bool
    found: str


def doctor(as_json: JsonOption = False) -> None:
    """Contrôler la base, le courtier, les ouvriers et le dépôt des fichiers."""
    checks = [
        _check("Base de données", _database),
        _check("Courtier", _broker),
        _check("Ouvriers", _workers),
        _check("Dépôt des fichiers", _artifacts),
        _check("Profils", lambda: ", ".join(sorted(wiring().profiles))),
    ]
    if as_json:
        emit([dataclasses.asdict(check) for check in checks])
    else:
        cells = [(c.name, "bon" if c.ok else "à voir", c.found) for c in checks]
        show("État", ("Élément", "Verdict", "Constat"), cells)
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, found=look())
    except (PipelineError, OSError, sa.exc.SQLAlchemyError, RedisError) as error:
        found = str(error) if isinstance(error, PipelineError) else type(error).__name__
        return Check(name, ok=False, found=found)


def _database() -> str:
    current = current_revision(wiring().store.engine)
    if current != newest_revision():
        raise Unavailable(f"révision {current} : lancez « lslpro db upgrade »")
    return f"{wiring().store.dialect}, révision {current}"


def _broker() -> str:
    if settings().embedded_broker:
        if not broker.answers(settings().home, 1.0):
            raise Unavailable("courtier embarqué arrêté : lancez « lslpro serve »")
        return "embarqué, répond"
    client: Any = Redis.from_url(settings().broker_url, socket_timeout=2, socket_connect_timeout=2)
    client.ping()
    return "répond"


def _workers() -> str:
    _broker()
    from celery import Celery

    app = Celery("lslpro-doctor", set_as_current=False)
    app.config_from_object("celeryconfig")
    names = app.control.inspect(timeout=2.0).active_queues() or {}
    if not names:
        raise Unavailable("aucun ouvrier ne répond : lancez « lslpro serve »")
    queues = sorted({queue["name"] for answer in names.values() for queue in answer})
    return f"{len(names)} ouvrier(s), files {', '.join(queues)}"


def _artifacts() -> str:
    folder = settings().artifacts_folder
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / ".doctor"
    probe.write_bytes(b"")
    probe.unlink()
    return str(folder)
