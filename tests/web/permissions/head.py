"""The routes of heads of school and DDFPT; a teacher sees the lights of his divisions."""

from __future__ import annotations

from typing import Any

from pipeline.demo_school import START_YEAR
from tests.web.permissions import HEADS, STAFF, Entry
from tests.web.school import Ids, SchoolIds

FORM = {"cle": "k" * 24, "profil": "lslpro-draft-1"}
LEVELS = {"vu-premiere": "semester,0,0,0", "periodicite-premiere": "semester"}


def choice(school: SchoolIds) -> dict[str, Any]:
    return {"uai": school.uai, "annee": START_YEAR, "diplome": school.diploma}


def _choice_of(given: Any = None) -> dict[str, Any]:
    return {
        "path_values": lambda ids: choice(ids.own),
        "other_values": lambda ids: choice(ids.other),
        "form": given,
    }


def _of(name: str, attribute: str, form: Any = None) -> dict[str, Any]:
    return {
        "path_values": lambda ids: {name: getattr(ids.own, attribute)},
        "other_values": lambda ids: {name: getattr(ids.other, attribute)},
        "form": form,
    }


def _division(form: Any = None) -> dict[str, Any]:
    return _of("division_id", "division_id", form)


def _unreached(ids: Ids) -> dict[str, Any]:
    return {"division_id": ids.own.divisions["TCUIS1"]}


def _job(form: Any = None) -> dict[str, Any]:
    return _of("job_id", "job_id", form)


def _version(form: Any = None) -> dict[str, Any]:
    return _of("artifact_id", "artifact_id", form)


def _report(school: SchoolIds) -> dict[str, Any]:
    return {"artifact_id": school.artifact_id, "sha": "0" * 64}


FOLLOWED: dict[str, Any] = {
    "params": lambda ids: {"d": ids.own.job_id},
    "other_params": lambda ids: {"d": ids.other.job_id},
}
ENTRIES = {
    ("GET", "/diplomes"): Entry(STAFF),
    ("GET", "/lsl/{uai}/{annee}/{diplome}/divisions"): Entry(STAFF, **_choice_of()),
    ("POST", "/lsl/{uai}/{annee}/{diplome}/exports"): Entry(HEADS, **_choice_of(lambda _: FORM)),
    ("GET", "/lsl/{uai}/{annee}/{diplome}/configuration"): Entry(HEADS, **_choice_of()),
    ("POST", "/lsl/{uai}/{annee}/{diplome}/configuration"): Entry(
        HEADS, **_choice_of(lambda _: LEVELS)
    ),
    ("GET", "/divisions/{division_id}"): Entry(STAFF, **_division(), unreached_values=_unreached),
    ("POST", "/divisions/{division_id}/exports"): Entry(HEADS, **_division(lambda _: FORM)),
    ("GET", "/demandes/{job_id}"): Entry(HEADS, **_job()),
    ("POST", "/demandes/{job_id}/annulation"): Entry(HEADS, **_job()),
    ("POST", "/demandes/{job_id}/relance"): Entry(HEADS, **_job(lambda _: FORM)),
    ("GET", "/suivi"): Entry(HEADS, **FOLLOWED),
    ("GET", "/evenements/demandes"): Entry(HEADS, **FOLLOWED),
    ("GET", "/versions/{artifact_id}"): Entry(HEADS, **_version()),
    ("GET", "/versions/{artifact_id}/fichier"): Entry(HEADS, **_version()),
    ("GET", "/versions/{artifact_id}/ecarts"): Entry(HEADS, **_version()),
    ("GET", "/versions/{artifact_id}/apercu"): Entry(HEADS, **_version()),
    ("POST", "/versions/{artifact_id}/envoi"): Entry(HEADS, **_version()),
    ("GET", "/versions/{artifact_id}/bilans/{sha}"): Entry(
        frozenset(),  # no report is there; test_head_versions.py keeps one and fetches it
        lambda ids: _report(ids.own),
        lambda ids: _report(ids.other),
    ),
    ("GET", "/evenements/divisions/{division_id}"): Entry(
        STAFF, **_division(), params=lambda _: {"duree": 0}, unreached_values=_unreached
    ),
    ("GET", "/nuits"): Entry(HEADS),
    ("GET", "/verification"): Entry(HEADS),
    ("POST", "/verification"): Entry(
        HEADS, files=lambda _: {"fichier": ("essai.xml", b"<a/>", "text/xml")}
    ),
}
