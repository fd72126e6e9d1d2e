"""Imports by an administrator: tried first, then made of the very bytes that were tried."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import File, Form, UploadFile
from pydantic import Field

from pipeline.desk import admin_imports
from pipeline.desk.admin_imports import Choice, Import
from pipeline.domain.periods import school_year_of
from pipeline.waiting import LARGEST_BYTES
from web.api.answers import problems
from web.api.kinds import FIRST_YEAR, LAST_YEAR, UAI, Answer, PathDigest
from web.api.routes import FORM_BODY, router
from web.deps import ApiMe, Wired
from web.uploads import name_of, room_for
from web.world import waiting_of

routes = router("Administration")
CHUNK = 1 << 20
Given = Annotated[UploadFile, File(description="Le fichier, zippé ou non.")]
Uai = Annotated[str | None, Form(pattern=UAI, description="UAI de l'établissement attendu.")]
Year = Annotated[
    int | None,
    Form(ge=FIRST_YEAR, le=LAST_YEAR, description="Année de rentrée ; sinon celle en cours."),
]
DryRun = Annotated[bool, Form(description="Essayer seulement, sans rien garder.")]


class ImportReport(Answer):
    """Ce qu'un import a fait ou ferait."""

    refusal: str = Field(description="Pourquoi il est refusé ; vide s'il ne l'est pas.")
    counts: list[tuple[str, int]] = Field(description="Comptes, en français.")
    tables: list[tuple[str, int, int, int, int]] = Field(
        description="Par table : ajoutés, modifiés, retirés, inchangés."
    )
    arrivals: list[tuple[str, int]] = Field(description="Élèves ajoutés, par division.")
    changes: bool = Field(description="Quelque chose change.")
    lines: list[tuple[str, str, int | None, str]] = Field(
        description="Gravité, code, identifiant SIECLE, phrase : les plus graves d'abord."
    )
    line_count: int = Field(description="Combien il y en a en tout.")


class ImportAnswer(Answer):
    """Un import à l'une de ses étapes."""

    reference: str = Field(description="SHA-256 du fichier : sa référence, une heure.")
    file_name: str = Field(description="Nom donné.")
    kind: str = Field(description="Genre du fichier, reconnu à son contenu.")
    uai: str = Field(description="UAI attendu ; vide sans lui.")
    start_year: int = Field(description="Année attendue.")
    tried: ImportReport = Field(description="L'essai.")
    made: ImportReport | None = Field(description="L'import, une fois fait.")


@routes.post(
    "/admin/imports",
    status_code=201,
    responses=problems(409, 415),
    dependencies=FORM_BODY,
    max_body_size=room_for(LARGEST_BYTES),
)
def give_file(
    wiring: Wired, me: ApiMe, file: Given, uai: Uai = None, start_year: Year = None,
    dry_run: DryRun = True,  # noqa: FBT002 - a field of a form
) -> ImportAnswer:  # fmt: skip
    """Donner un fichier à importer : il est essayé, et, sans `dry_run`, importé s'il le peut."""
    waiting = waiting_of(wiring)
    year = start_year or school_year_of(wiring.now().date())
    arrival = admin_imports.begin(wiring, waiting, me)
    try:
        while chunk := file.file.read(CHUNK):
            arrival.write(chunk)
        choice = Choice(uai or "", year)
        found = admin_imports.try_out(
            wiring, waiting, me, arrival, name=name_of(file), choice=choice
        )
    finally:
        arrival.give_up()
    if not dry_run and not found.tried["refusal"]:
        found = admin_imports.confirm(wiring, waiting, me, found.reference)
    return _answer(found)


@routes.get("/admin/imports/{reference}", responses=problems(404))
def show_import(wiring: Wired, me: ApiMe, reference: PathDigest) -> ImportAnswer:
    """Un import donné il y a moins d'une heure."""
    return _answer(admin_imports.find(wiring, waiting_of(wiring), me, reference))


@routes.post("/admin/imports/{reference}/confirm", responses=problems(404, 409))
def confirm_import(wiring: Wired, me: ApiMe, reference: PathDigest) -> ImportAnswer:
    """Importer exactement les octets essayés, une fois ; redemandé, dire ce qui a été fait."""
    return _answer(admin_imports.confirm(wiring, waiting_of(wiring), me, reference))


def _answer(found: Import) -> ImportAnswer:
    return ImportAnswer(
        reference=found.reference, file_name=found.file_name, kind=found.kind.code,
        uai=found.choice.uai, start_year=found.choice.start_year, tried=_report(found.tried),
        made=found.made and _report(found.made),
    )  # fmt: skip


def _report(told: dict[str, Any]) -> ImportReport:
    return ImportReport.model_validate(told)
