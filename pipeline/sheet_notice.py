"""The notice of a sheet, in plain French: what to enter, what is needed, how to give it back."""

from __future__ import annotations

from pipeline.domain.entry import MOST_WEEKS
from pipeline.domain.sheet import CellKind, Column

MASTERY_WORDS = {
    1: "compétence non maîtrisée",
    2: "compétence insuffisamment maîtrisée",
    3: "compétence maîtrisée",
    4: "compétence bien maîtrisée",
}
_HOW = """\
Une ligne par élève sous statut scolaire. Remplissez les cases blanches.
La feuille peut être rendue plusieurs fois, au fil du temps.
Une case vide ne change rien : ce qui est déjà enregistré reste.
Ne changez ni la première ligne ni les colonnes grises : elles disent à qui est chaque case.
Ne triez pas une partie seulement des colonnes.
N’utilisez pas de formule : elle n’est pas lue. Collez la valeur seule (collage spécial, valeurs).
Écrivez les nombres avec une virgule (12,5) : avec un point, le tableur peut en faire une date.
Rendez la feuille au chef d’établissement ou au DDFPT, qui l’importe (« lslpro import booklets »).
Elle contient les noms des élèves : ne la diffusez pas.
""".splitlines()
_OFFERED = (
    "Les noms des enseignants se choisissent dans une liste (feuille Enseignants, d’après STS) ou "
    "se tapent : nom et prénom d’une même ligne."
)
_NEEDS = (
    ("obligatoire", "sans cette donnée l’élève est rouge : il n’est pas exporté vers LSL"),
    ("une au moins", "la moyenne d’au moins une période est obligatoire"),
    ("facultatif", "sans cette donnée l’élève est orange : il est exporté, « incomplet »"),
)
_KINDS: dict[CellKind, str] = {
    "key": "ne pas changer",
    "reading": "pour la lecture, ne pas changer",
    "mark": "nombre de 0 à 20, deux décimales au plus",
    "mastery": "1, 2, 3 ou 4",
    "weeks": f"nombre entier de 0 à {MOST_WEEKS}",
    "yes_no": "oui ou non",
}


def notice(
    title: str, columns: tuple[Column, ...], *, offered: bool = False
) -> tuple[tuple[str, ...], ...]:
    """The lines of the second sheet; a first cell alone is a title or a sentence.

    With `offered`, names of teachers are offered in lists.
    """
    how = [*_HOW, _OFFERED] if offered else _HOW
    mastery = [(str(degree), word) for degree, word in MASTERY_WORDS.items()]
    told = [(one.name, one.label, one.need, _expected(one)) for one in columns]
    return (
        (title,),
        *((sentence,) for sentence in how),
        ("Degrés de maîtrise",), *mastery,
        ("Obligatoire ou facultatif",), *_NEEDS,
        ("Colonnes",), ("Colonne", "Contenu", "Obligation", "Attendu"), *told,
    )  # fmt: skip


def _expected(column: Column) -> str:
    if column.limit:
        return f"texte, {column.limit} caractères au plus"
    return _KINDS[column.kind]
