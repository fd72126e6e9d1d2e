"""The audit trail: filtered, a page at a time, or as a CSV."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from pipeline.desk import admin_journal
from pipeline.desk.admin_words import ACTIONS
from pipeline.wiring import Wiring
from web.admin_doors import RightFirst, address, day_of, number_of
from web.deps import Me, Wired
from web.views import page

router = APIRouter(prefix="/administration", route_class=RightFirst)
_NO_DAY = "Cette date n’existe pas : choisissez-la dans le calendrier, ou tapez jour, mois, année."
_NO_NUMBER = "Donnez un numéro, ou laissez vide."


@dataclass(frozen=True, slots=True)
class Given:
    """The filters, as they were typed."""

    qui: str = ""
    action: str = ""
    du: str = ""
    au: str = ""
    livret: str = ""
    division: str = ""

    @property
    def faults(self) -> dict[str, str]:
        """What is wrong with them, by field."""
        days = {name: _NO_DAY for name in ("du", "au") if _is_wrong(getattr(self, name), day_of)}
        return days | {
            name: _NO_NUMBER
            for name in ("livret", "division")
            if _is_wrong(getattr(self, name), number_of)
        }

    def wanted(self, wiring: Wiring) -> admin_journal.Wanted:
        """What they mean."""
        return admin_journal.wanted(
            wiring, actor=self.qui.strip(), action=self.action.strip(), first=day_of(self.du),
            last=day_of(self.au), booklet_id=number_of(self.livret),
            division_id=number_of(self.division),
        )  # fmt: skip


def _is_wrong(text: str, read: object) -> bool:
    return bool(text.strip()) and callable(read) and read(text) is None


Filters = Annotated[Given, Depends()]


@router.get("/journal")
def show(request: Request, wiring: Wired, me: Me, given: Filters, avant: str = "") -> Response:
    """A page of the trail, and its filters."""
    values, faults = asdict(given), given.faults
    trail = (
        admin_journal.Trail((), "")
        if faults
        else admin_journal.page(wiring, me, given.wanted(wiring), avant)
    )
    return page(
        request, "admin/journal.html", status=422 if faults else 200, given=given, faults=faults,
        trail=trail, actions=ACTIONS, csv=address("/journal.csv", **values),
        first=address("/journal", **values) if avant else "",
        next=address("/journal", **values, avant=trail.following) if trail.following else "",
    )  # fmt: skip


@router.get("/journal.csv")
def as_csv(wiring: Wired, me: Me, given: Filters) -> Response:
    """All that the filters leave, so many lines at most."""
    return StreamingResponse(
        admin_journal.as_csv(wiring, me, given.wanted(wiring)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="journal.csv"'},
    )
