"""The configuration of a diploma's levels: periodicity, and what the files carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from pipeline.desk import configuration
from pipeline.domain.accounts import Principal
from pipeline.domain.periods import Level, Periodicity
from pipeline.errors import InvalidEntry, OutdatedSettings, PeriodicityLocked, PipelineError
from pipeline.levels import Choices
from pipeline.wiring import Wiring
from web.deps import Me, Wired
from web.forms import Sent
from web.head_addresses import Key, banner, base
from web.problems import refusal
from web.views import page, redirect

router = APIRouter()
FLAGS = {"pfmp": "exports_pfmp", "projet": "exports_project", "annee": "exports_previous_year"}


@router.get("/lsl/{uai}/{annee}/{diplome}/configuration")
def look(request: Request, wiring: Wired, me: Me, uai: str, annee: int, diplome: str) -> Response:
    """How the levels are set."""
    return _shown(request, wiring, me, (uai, annee, diplome))


@router.post("/lsl/{uai}/{annee}/{diplome}/configuration")
def save(
    request: Request, wiring: Wired, me: Me, uai: str, annee: int, diplome: str, sent: Sent
) -> Response:
    """Set all the levels of the form, or none; a form that is too old is told so."""
    key = (uai, annee, diplome)
    levels = [level for level in Level if f"vu-{level}" in sent]
    shown = {level: _seen(str(sent[f"vu-{level}"])) for level in levels}
    wanted = {level: _wanted(sent, level) for level in levels}
    try:
        configuration.save(wiring, me, key, shown=shown, wanted=wanted)
    except (OutdatedSettings, PeriodicityLocked) as error:
        return _shown(request, wiring, me, key, error)
    return redirect(request, f"{base(key)}/configuration", "Configuration enregistrée.")


def seen_of(set_: Choices) -> str:
    """What a form shows of a level, as it carries it to know whether that still holds."""
    return ",".join([set_.periodicity or "", *(str(int(bool(one))) for one in set_[1:])])


def _seen(text: str) -> Choices:
    periodicity, *flags = text.split(",")
    if len(flags) != len(FLAGS) or not set(flags) <= {"0", "1"}:
        raise InvalidEntry(["Formulaire incomplet : rechargez la page."])
    return Choices(_periodicity(periodicity), *(one == "1" for one in flags))


def _wanted(sent: FormData, level: Level) -> Choices:
    """A box that is not ticked is not sent; neither is the periodicity where it is locked."""
    flags = {name: f"{field}-{level}" in sent for field, name in FLAGS.items()}
    return Choices(_periodicity(str(sent.get(f"periodicite-{level}", ""))), **flags)


def _periodicity(text: str) -> Periodicity | None:
    try:
        return Periodicity(text) if text else None
    except ValueError as error:
        raise InvalidEntry(["Périodicité inconnue : trimestres ou semestres."]) from error


def _shown(
    request: Request,
    wiring: Wiring,
    me: Principal,
    key: Key,
    error: PipelineError | None = None,
) -> Response:
    found = configuration.look(wiring, me, key)
    seen: Mapping[Any, str] = {one.level: seen_of(one.set_) for one in found.levels}
    return page(
        request,
        "head/configuration.html",
        chosen=banner(found.choice, found.choice.diploma_label),
        base=base(key),
        found=found,
        seen=seen,
        periodicities=list(Periodicity),
        **refusal(error),
    )
