"""Commands about lights and booklets."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pipeline import booklets as use_case
from pipeline.cli import booklet_options as parse
from pipeline.cli.booklet_view import cells, view
from pipeline.cli.common import (
    JsonOption,
    actor,
    as_dict,
    console,
    emit,
    find_division,
    lit,
    show,
    wiring,
)
from pipeline.domain.entry import Edit
from pipeline.domain.gaps import Light, gaps_of_row
from pipeline.domain.periods import school_year_label
from pipeline.errors import NotFound
from pipeline.labels import LEVELS, LIGHTS, gap_lines
from pipeline.store import facts, reports

BookletId = Annotated[int, typer.Argument(help="Numéro donné par « lslpro status ».")]
BasedOn = Annotated[
    int | None, typer.Option(help="Révision lue avant : refus si le livret a changé.")
]
DIVISIONS = ("Division", "Diplôme", "Niveau", "Rouge", "Orange", "Vert", "En calcul")
booklet = typer.Typer(help="Un livret.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to `lslpro`."""
    app.command("status")(status)
    app.add_typer(booklet, name="booklet")


def status(
    division: Annotated[str | None, typer.Argument(help="Pour voir ses élèves.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Les voyants par division, ou les élèves d'une division et ce qui leur manque."""
    if division is not None:
        _division_status(division, as_json=as_json)
        return
    with wiring().store.reading() as connection:
        rows = reports.divisions(connection)
    if as_json:
        emit([as_dict(row) for row in rows])
        return
    years = sorted({row.start_year for row in rows}, reverse=True) or [0]
    for year in years:
        title = f"Divisions, {school_year_label(year)}" if len(years) > 1 else "Divisions"
        show(title, DIVISIONS, [_counted(row) for row in rows if row.start_year == year])


def _counted(row: Any) -> tuple[Any, ...]:
    counts = (lit(light, str(getattr(row, light))) for light in Light)
    return (row.code, row.diploma_code, LEVELS[row.level], *counts, row.pending or "")


def gaps_shown(gaps: list[Any] | None) -> list[str]:
    """Gaps as rows hold them, in words."""
    return gap_lines(gaps_of_row(gaps))


def _division_status(name: str, *, as_json: bool) -> None:
    with wiring().store.reading() as connection:
        rows = reports.pupils(connection, find_division(name).id)
    if as_json:
        emit([as_dict(row) for row in rows])
        return
    lines = []
    for row in rows:
        light = lit(row.light, LIGHTS[row.light].split(" : ")[0]) if row.light else "en calcul"
        missing = "\n".join(gaps_shown(row.gaps))
        lines.append((row.id, row.siecle_id, f"{row.last_name} {row.first_name}", light, missing))
    show(f"Division {name}", ("Livret", "SIECLE", "Élève", "Voyant", "Ce qui manque"), lines)


@booklet.command("show")
def show_booklet(
    booklet_id: BookletId,
    as_json: JsonOption = False,
) -> None:
    """Un livret tel qu'il est enregistré, et sa révision."""
    with wiring().store.reading() as connection:
        found = facts.read_booklets(connection, booklet_ids=[booklet_id])
        revision = reports.booklet_revision(connection, booklet_id)
    if not found:
        raise NotFound("Livret", booklet_id, "« lslpro status DIVISION » donne les livrets.")
    values = view(found[0].facts, revision)
    if as_json:
        emit(values)
    else:
        show(f"Livret {booklet_id}", ("Champ", "Valeur"), cells(values))


@booklet.command("set")
def set_booklet(
    booklet_id: BookletId,
    *,
    average: Annotated[
        list[str] | None, typer.Option(help="PÉRIODE=MOYENNE, par exemple 1=12,50 ; vide efface.")
    ] = None,
    rating: Annotated[
        list[str] | None, typer.Option(help="CODE=DEGRÉ, par exemple 9001=3 ; vide efface.")
    ] = None,
    appreciation: Annotated[str | None, typer.Option(help="Vide efface.")] = None,
    teacher: Annotated[
        list[str] | None, typer.Option(help="« NOM, Prénom », répétable : remplace la liste.")
    ] = None,
    pfmp_synthesis: Annotated[str | None, typer.Option(help="Vide efface.")] = None,
    pfmp_teacher: Annotated[str | None, typer.Option(help="« NOM, Prénom ».")] = None,
    pfmp_weeks: Annotated[str | None, typer.Option(help="Nombre ; vide efface.")] = None,
    pfmp_abroad: Annotated[bool | None, typer.Option("--pfmp-abroad/--pfmp-in-france")] = None,
    project_average: Annotated[str | None, typer.Option(help="Sur 20 ; vide efface.")] = None,
    project_appreciation: Annotated[str | None, typer.Option(help="Vide efface.")] = None,
    project_teacher: Annotated[str | None, typer.Option(help="« NOM, Prénom ».")] = None,
    based_on: BasedOn = None,
) -> None:
    """Modifier un livret ; le voyant suit en arrière-plan."""
    pfmp_last, pfmp_first = parse.names(pfmp_teacher)
    project_last, project_first = parse.names(project_teacher)
    edit = Edit(
        appreciation=appreciation,
        averages={parse.period(k): parse.average(v) for k, v in map(parse.pair, average or [])},
        ratings={k: parse.mastery(v) for k, v in map(parse.pair, rating or [])},
        teachers=parse.teachers(teacher),
        pfmp_synthesis=pfmp_synthesis,
        pfmp_teacher_last_name=pfmp_last,
        pfmp_teacher_first_name=pfmp_first,
        pfmp_week_count=None if pfmp_weeks is None else parse.weeks(pfmp_weeks),
        pfmp_abroad=pfmp_abroad,
        project_average=None if project_average is None else parse.mark(project_average),
        project_appreciation=project_appreciation,
        project_teacher_last_name=project_last,
        project_teacher_first_name=project_first,
    )
    write(booklet_id, edit, based_on)


def write(booklet_id: int, edit: Edit, based_on: int | None) -> None:
    """Write the change and say which fields moved."""
    w = wiring()
    result = use_case.edit(
        w.store, booklet_id, edit, based_on=based_on, actor=actor(), limits=w.limits, now=w.now()
    )
    changed = ", ".join(result.changed) or "rien à changer"
    console.print(f"Livret {booklet_id}, révision {result.revision} : {changed}.")
    for note in result.notes:
        console.print(f"  {note}")
