"""The demo's school: real file shapes, MEF and competence labels; invented pupils and codes."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

UAI = "0999999Z"
START_YEAR = 2026
LAST_NAMES = (
    "EXEMPLE", "D'ESSAI", "ÉPREUVE", "LE TÉMOIN", "MODÈLE-TYPE", "FICTIF", "SPÉCIMEN", "NUL-NOM",
    "GABARIT", "PATRON", "ÉTALON", "MAQUETTE",
)  # fmt: skip
FIRST_NAMES = (
    "Camille", "Inès", "Zoé", "Noël", "Anaïs", "Loïc", "Maëlys", "Jean-Œdipe", "Chloé", "Théo",
    "Aïcha", "Raphaël",
)  # fmt: skip
MELEC = (
    "Analyser les conditions de l'opération et son contexte",
    "Organiser l'opération dans son contexte",
    "Définir une installation à l'aide de solutions préétablies",
    "Réaliser une installation de manière éco-responsable",
    "Contrôler les grandeurs caractéristiques de l'installation",
    "Régler, paramétrer les matériels de l'installation",
    "Valider le fonctionnement de l'installation",
    "Diagnostiquer un dysfonctionnement",
    "Remplacer un matériel défectueux",
    "Exploiter les outils numériques dans le contexte professionnel",
    "Compléter les documents liés aux opérations",
    "Communiquer entre professionnels sur l'opération",
    "Communiquer avec le client/usager sur l'opération",
)
CUISINE = (
    "Organiser la production", "Maîtriser les bases de la cuisine", "Cuisiner",
    "Dresser et distribuer les préparations", "Entretenir des relations professionnelles",
    "Communiquer à des fins commerciales", "Animer et optimiser les performances de l'équipe",
    "Recenser les besoins d'approvisionnement", "Appliquer la démarche qualité",
    "Maintenir la qualité globale",
)  # fmt: skip
AGORA = (
    "Gérer des relations avec les clients, les usagers et les adhérents",
    "Organiser et suivre l'activité de production (de biens ou de services)",
    "Administrer le personnel",
)


@dataclass(frozen=True, slots=True)
class DemoDivision:
    """One division of the demo; its competence codes are fictitious (9xxx)."""

    code: str
    mef: str
    diploma: str
    label: str
    level: str
    labels: tuple[str, ...]
    first_code: int
    lights: str  # one letter a pupil: g, o, r; a: apprentice; x: gone


DIVISIONS = (
    DemoDivision("1MELEC1", "24725520320", "25520", "Métiers de l'électricité",
                 "premiere", MELEC, 9001, "gggooogrrgax"),
    DemoDivision("TCUIS1", "24722106330", "22106", "Cuisine", "terminale", CUISINE, 9101,
                 "ggoggorgoaag"),
    DemoDivision("1AGORA É&2", "24730004320", "30004", "Assistance à la gestion",
                 "premiere", AGORA, 9201, "rrrrrrrrr"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """Where the demo's files were written."""

    siecle: Path
    frameworks: Path
    booklets: Path


def write_demo_files(folder: Path, start_year: int = START_YEAR) -> DemoFiles:
    """Write the three files of the demo's school; the same bytes each time."""
    folder.mkdir(parents=True, exist_ok=True)
    files = DemoFiles(
        folder / "ElevesSansAdresses.xml", folder / "referentiels.csv", folder / "livrets.csv"
    )
    files.siecle.write_bytes(_siecle(start_year).encode("iso-8859-15"))
    _write(files.frameworks, _frameworks(start_year))
    _write(files.booklets, _booklets())
    return files


def _write(path: Path, lines: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(lines)


def _pupils() -> list[tuple[int, DemoDivision, int, str]]:
    return [
        (9_000_001 + 100 * n + rank, division, rank, light)
        for n, division in enumerate(DIVISIONS)
        for rank, light in enumerate(division.lights)
    ]


def _siecle(start_year: int) -> str:
    pupils, places = [], []
    for siecle_id, division, rank, light in _pupils():
        name, first = LAST_NAMES[rank], FIRST_NAMES[(rank + siecle_id // 100) % 12]
        gone = f"<DATE_SORTIE>15/10/{start_year}</DATE_SORTIE>" if light == "x" else ""
        pupils.append(
            f'<ELEVE ELEVE_ID="{siecle_id}" ELENOET="{siecle_id % 10000}">'
            f"<ID_NATIONAL>{siecle_id:010d}Z</ID_NATIONAL>"
            f"<NOM_DE_FAMILLE>{escape(name)}</NOM_DE_FAMILLE><PRENOM>{first}</PRENOM>"
            f"<DATE_NAISS>01/02/2010</DATE_NAISS>{gone}"
            f"<CODE_STATUT>{'AP' if light == 'a' else 'ST'}</CODE_STATUT>"
            f"<CODE_MEF>{division.mef}</CODE_MEF><SCOLARITE_AN_DERNIER>"
            f"<CODE_STRUCTURE>2NDE1</CODE_STRUCTURE><CODE_MEF>24720008310</CODE_MEF>"
            f"</SCOLARITE_AN_DERNIER></ELEVE>"
        )
        places.append(
            f'<STRUCTURES_ELEVE ELEVE_ID="{siecle_id}"><STRUCTURE><CODE_STRUCTURE>'
            f"{escape(division.code)}</CODE_STRUCTURE><TYPE_STRUCTURE>D</TYPE_STRUCTURE>"
            f"</STRUCTURE></STRUCTURES_ELEVE>"
        )
    return (
        '<?xml version="1.0" encoding="ISO-8859-15"?>\n<BEE_ELEVES VERSION="2.1"><PARAMETRES>'
        f"<UAJ>{UAI}</UAJ><ANNEE_SCOLAIRE>{start_year}</ANNEE_SCOLAIRE></PARAMETRES><DONNEES>"
        f"<ELEVES>{''.join(pupils)}</ELEVES><STRUCTURES>{''.join(places)}</STRUCTURES>"
        "</DONNEES></BEE_ELEVES>\n"
    )


def _frameworks(start_year: int) -> list[list[str]]:
    header = "annee;diplome;libelle_diplome;niveau;position;code;reference;libelle".split(";")
    return [header] + [
        [str(start_year), one.diploma, one.label, one.level, str(rank),
         str(one.first_code + rank - 1), f"C{rank}", label]
        for one in DIVISIONS
        for rank, label in enumerate(one.labels, 1)
    ]  # fmt: skip


def _booklets() -> list[list[str]]:
    codes = [str(one.first_code + rank) for one in DIVISIONS for rank in range(len(one.labels))]
    fixed = ["siecle_id", "moyenne_1", "moyenne_2", "appreciation", "enseignant_nom",
             "enseignant_prenom", "pfmp_synthese", "pfmp_enseignant_nom",
             "pfmp_enseignant_prenom"]  # fmt: skip
    lines = [fixed + codes]
    for siecle_id, division, rank, light in _pupils():
        if light in "ax" or division.first_code == DIVISIONS[2].first_code:
            continue
        mark = f"{7 + (rank * 37 % 110) / 10:.2f}".replace(".", ",")
        green = light == "g"
        text = "Progrès nets en atelier ; soin & sécurité <à suivre>, l'autonomie vient."
        pfmp = ["Accueil, câblage, relation client : stage réussi.", "O'TEST", "Maëlle"]
        expected = {str(division.first_code + n) for n in range(len(division.labels))}
        missing = str(division.first_code) if light == "r" else ""
        ratings = [
            str(1 + (int(code) + rank) % 4) if code in expected and code != missing else ""
            for code in codes
        ]
        lines.append(
            [str(siecle_id), mark, "14,5" if green else "", text if green else "", "DURAND-ESSAI",
             "Inès", *(pfmp if green else ["", "", ""]), *ratings]
        )  # fmt: skip
    return lines
