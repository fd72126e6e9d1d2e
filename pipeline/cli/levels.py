"""Commands about levels: periodicity, and what the files carry."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from pipeline import levels as use_case
from pipeline.cli.common import JsonOption, actor, as_dict, console, emit, show, wiring
from pipeline.domain.periods import Level, Periodicity
from pipeline.errors import InvalidEntry, NotFound
from pipeline.labels import LEVELS, PERIODICITIES

levels = typer.Typer(help="Périodicité et choix par niveau.", no_args_is_help=True)
WORDS = {
    "trimestre": Periodicity.TRIMESTER,
    "semestre": Periodicity.SEMESTER,
    "première": Level.PREMIERE,
}
EVERY = "tous"


def register(app: typer.Typer) -> None:
    """Add the commands to `lslpro`."""
    app.add_typer(levels, name="levels")


@levels.command("list")
def list_levels(as_json: JsonOption = False) -> None:
    """Les niveaux, leur périodicité et ce qu'ils exportent."""
    rows = use_case.listed(wiring().store)
    if as_json:
        emit([as_dict(row) for row in rows])
        return
    cells = [
        (r.school_uai, r.start_year, r.diploma_code, LEVELS[r.level],
         PERIODICITIES[r.periodicity] if r.periodicity else "à choisir",
         *("oui" if one else "non"
           for one in (r.exports_pfmp, r.exports_project, r.exports_previous_year)))
        for r in rows
    ]  # fmt: skip
    columns = ("UAI", "Année", "Diplôme", "Niveau", "Périodicité", "PFMP", "Projet", "Année N−1")
    show("Niveaux", columns, cells)


@levels.command("set")
def set_level(
    diploma: Annotated[str, typer.Argument(help="Code à 5 caractères, ou « tous ».")],
    level: Annotated[str, typer.Argument(help="premiere, terminale, ou « tous ».")],
    *,
    periodicity: Annotated[str | None, typer.Option(help="trimestre ou semestre.")] = None,
    pfmp: Annotated[
        bool | None, typer.Option("--pfmp/--no-pfmp", help="Exporter la synthèse de PFMP.")
    ] = None,
    project: Annotated[
        bool | None, typer.Option("--project/--no-project", help="Exporter le projet.")
    ] = None,
    previous_year: Annotated[
        bool | None,
        typer.Option(
            "--previous-year/--no-previous-year",
            help="Joindre à la terminale la première de l'année précédente.",
        ),
    ] = None,
) -> None:
    """Choisir la périodicité d'un niveau et ce qu'il exporte."""
    chosen = _word(periodicity, Periodicity) if periodicity else None
    wanted = tuple(Level) if level == EVERY else (_word(level, Level),)
    w = wiring()
    rows = [
        row
        for row in use_case.listed(w.store)
        if row.level in wanted and diploma in (row.diploma_code, EVERY)
    ]
    if not rows:
        raise NotFound("Niveau", f"{diploma} {level}", "« lslpro levels list » les donne.")
    for row in rows:
        use_case.choose(
            w.store, row.school_uai, row.start_year, row.diploma_code, row.level,
            periodicity=chosen, exports_pfmp=pfmp, exports_project=project,
            exports_previous_year=previous_year, actor=actor(), now=w.now(),
        )  # fmt: skip
    console.print(f"{len(rows)} niveau(x) réglé(s).")


def _word(text: str, kind: type[StrEnum]) -> Any:
    word = text.strip().lower()
    try:
        return WORDS.get(word) or kind(word)
    except ValueError:
        known = ", ".join([*kind] + [fr for fr, en in WORDS.items() if isinstance(en, kind)])
        raise InvalidEntry([f"« {text} » : attendu {known}."]) from None
