"""The demo's booklets.csv: what teachers would have entered, light by light."""

from __future__ import annotations

from pipeline.demo_school.school import DemoPupil, competences, pupils

_COLUMNS = (
    "siecle_id", "moyenne_1", "moyenne_2", "moyenne_3", "appreciation", "enseignant_nom",
    "enseignant_prenom", "enseignant_nom_2", "enseignant_prenom_2", "pfmp_synthese",
    "pfmp_enseignant_nom", "pfmp_enseignant_prenom", "pfmp_semaines",
)  # fmt: skip
_APPRECIATIONS = (
    "Progrès nets en atelier ; l'autonomie vient, le soin reste à travailler.",
    "Sait lire un schéma, même annoté <&>, et l’expliquer aux autres.",
    "Élève sérieuse : « la qualité d'abord ».\nÀ poursuivre en entreprise.",
)
_SYNTHESES = (
    "Six semaines réussies : accueil, organisation & relation client.",
    "Tuteur satisfait ; l'aisance à l'oral s'affirme.",
)
_WITHOUT_DATA = "ax-"
_SCARCE_DIPLOMA = "30004"  # its booklets hold one average and nothing else


def booklet_lines() -> list[list[str]]:
    """The header, then the pupils who have an entry; only averages of two semesters."""
    codes = [row["code"] for row in competences()]
    header = [*_COLUMNS, *codes]
    entered = (pupil for pupil in pupils() if pupil.light not in _WITHOUT_DATA)
    return [header, *([_cells(pupil).get(name, "") for name in header] for pupil in entered)]


def _cells(pupil: DemoPupil) -> dict[str, str]:
    rank = pupil.siecle_id % 100
    cells = {"siecle_id": str(pupil.siecle_id), "moyenne_1": _mark(rank * 37)}
    if pupil.diploma_code == _SCARCE_DIPLOMA:
        return cells
    cells |= _ratings(pupil, rank)
    cells |= {"enseignant_nom": "BARÈME-D'ESSAI", "enseignant_prenom": "Maëlle"}
    if pupil.light == "g" or rank % 2:
        cells |= {"moyenne_2": _mark(rank * 53), "appreciation": _APPRECIATIONS[rank % 3]}
    if pupil.light == "g":
        cells |= _pfmp(rank)
    if rank % 4 == 1:
        cells |= {"enseignant_nom_2": "L'ESQUISSE", "enseignant_prenom_2": "Noé"}
    return cells


def _ratings(pupil: DemoPupil, rank: int) -> dict[str, str]:
    """Degrees 1 to 4; a red pupil misses the last one."""
    expected = [row["code"] for row in competences() if row["diplome"] == pupil.diploma_code]
    rated = expected[:-1] if pupil.light == "r" else expected
    return {code: str((rank + place * place) % 4 + 1) for place, code in enumerate(rated)}


def _pfmp(rank: int) -> dict[str, str]:
    return {
        "pfmp_synthese": _SYNTHESES[rank % 2],
        "pfmp_enseignant_nom": "O'CROQUIS",
        "pfmp_enseignant_prenom": "Gaëtan",
        "pfmp_semaines": str(4 + rank % 3),
    }


def _mark(seed: int) -> str:
    """A mark from 6 to 18 with two decimals, written in French."""
    return f"{6 + seed % 1201 / 100:.2f}".replace(".", ",")
