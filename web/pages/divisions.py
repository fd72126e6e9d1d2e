"""The divisions of a diploma: lights, last version, and a file for all of them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from pipeline.desk import divisions, exports
from pipeline.domain.accounts import Principal, Right, may
from pipeline.errors import EmptyDivision, NothingExportable, PeriodicityNotSet, PipelineError
from pipeline.wiring import Wiring
from web import head_words
from web.deps import Me, Wired
from web.forms import OneTimeKey, ProfileName, new_key
from web.head_addresses import Key, banner, base, following
from web.problems import refusal
from web.views import page, redirect

router = APIRouter()


@router.get("/lsl/{uai}/{annee}/{diplome}/divisions")
def listed(request: Request, wiring: Wired, me: Me, uai: str, annee: int, diplome: str) -> Response:
    """The divisions in reach."""
    return _shown(request, wiring, me, (uai, annee, diplome))


@router.post("/lsl/{uai}/{annee}/{diplome}/exports")
def ask_all(
    request: Request,
    wiring: Wired,
    me: Me,
    uai: str,
    annee: int,
    diplome: str,
    key: OneTimeKey,
    profile: ProfileName,
) -> Response:
    """Ask for the files of all divisions that can have one, then follow them."""
    choice = (uai, annee, diplome)
    try:
        asked = exports.ask_all(wiring, me, choice, profile=profile, key=key)
    except (EmptyDivision, NothingExportable, PeriodicityNotSet) as error:
        return _shown(request, wiring, me, choice, error)
    aside = [f"{row.code} ({head_words.WHY_NOT_SHORT[reason]})" for row, reason in asked.aside]
    told = f"Sans demande : {', '.join(aside)}." if aside else ""
    return redirect(request, following(asked.job_ids), told, "info")


def _shown(
    request: Request,
    wiring: Wiring,
    me: Principal,
    key: Key,
    error: PipelineError | None = None,
) -> Response:
    found = divisions.overview(wiring, me, key)
    return page(
        request,
        "head/divisions.html",
        chosen=banner(found.choice, found.choice.diploma_label),
        base=base(key),
        found=found,
        may_export=may(me, Right.EXPORT),
        profiles=list(wiring.profiles.values()),
        default_profile=wiring.settings.default_profile,
        key=new_key(),
        words=head_words,
        **refusal(error),
    )
