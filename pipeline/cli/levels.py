"""Commands about levels: periodicity, and what the files carry."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any, TypeVar

import typer

from pipeline import levels as use_case
from pipeline.cli.common import JsonOption, actor, as_dict, console, emit, show, wiring
from pipeline.domain.periods import Level, Periodicity
from pipeline.errors import InvalidEntry, NotFound
from pipeline.labels import LEVELS, PERIODICITIES
from pipeline.levels import Choices, LevelKey

levels = typer.Typer(help="Périodicité et choix par niveau.", no_args_is_help=True)
PERIODS = {"trimestre": Periodicity.TRIMESTER, "semestre": Periodicity.SEMESTER}
PLACES = {"premiere": (Level.PREMIERE,), "terminale": (Level.TERMINALE,), "tous": tuple(Level)}
EVERY = "tous"
T = TypeVar("T")


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
    columns = ("UAI", "Année", "Diplôme", "Niveau", "Périodicité", "PFMP", "Projet", "N−1")
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
    year: Annotated[
        int | None, typer.Option("--year", help="Année de rentrée ; sinon la plus récente.")
    ] = None,
) -> None:
    """Choisir la périodicité d'un niveau et ce qu'il exporte."""
    chosen = _word(periodicity, PERIODS) if periodicity else None
    wanted = _word(level, PLACES)
    if all(one is None for one in (chosen, pfmp, project, previous_year)):
        raise InvalidEntry(["Rien à régler : donnez une option (« lslpro levels set --help »)."])
    if previous_year and Level.TERMINALE not in wanted:
        raise InvalidEntry(["--previous-year : en terminale seulement."])
    w = wiring()
    rows = _rows(diploma, wanted, year)
    if not rows:
        raise NotFound("Niveau", f"{diploma} {level}", "« lslpro levels list » les donne.")
    choices = Choices(chosen, pfmp, project, previous_year)
    use_case.choose_all(
        w.store, [_wanted(row, choices) for row in rows], actor=actor(), now=w.now()
    )
    console.print(f"{len(rows)} niveau(x) réglé(s).")


def _wanted(row: Any, choices: Choices) -> tuple[LevelKey, Choices]:
    """The year before travels with a terminale only."""
    key = (row.school_uai, row.start_year, row.diploma_code, row.level)
    joined = choices.exports_previous_year if row.level == Level.TERMINALE else None
    return key, choices._replace(exports_previous_year=joined)


def _rows(diploma: str, wanted: Collection[Level], year: int | None) -> list[Any]:
    """The levels meant, of the newest year when none is given."""
    rows = use_case.listed(wiring().store)
    start_year = year or max((row.start_year for row in rows), default=0)
    return [
        row
        for row in rows
        if row.start_year == start_year
        and row.level in wanted
        and diploma in (row.diploma_code, EVERY)
    ]


def _word(text: str, words: Mapping[str, T]) -> T:
    """What a word means, whatever its capitals and accents."""
    found = words.get(text.strip().lower().replace("è", "e"))
    if found is None:
        raise InvalidEntry([f"« {text} » : attendu {', '.join(words)}."])
    return found
