"""What to do about each thing found in a file, in a sentence for who runs a school."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from pipeline.exchange.problems import ProblemCode

_AGAIN = "puis exportez le fichier et importez-le à nouveau."
_LSL = "demandez une autre nomenclature LSL à qui vous l'a donnée, ne corrigez pas celle-ci."
_DIVISION = f"Affectez l'élève à sa division dans SIECLE, {_AGAIN}"
ADVICE = MappingProxyType(
    {
        ProblemCode.COMPETENCE_MISSING: (
            "Donnez les compétences de ce diplôme par un tableau de référentiels."
        ),
        ProblemCode.COMPETENCE_TWICE: f"Le fichier se contredit : {_LSL}",
        ProblemCode.COMPETENCE_UNKNOWN: f"Le fichier est incomplet : {_LSL}",
        ProblemCode.COMPETENCE_UNREADABLE: (
            f"Ces compétences sont laissées ; si l'une vous manque, {_LSL}"
        ),
        ProblemCode.DATE_UNREADABLE: f"Corrigez la date dans SIECLE, {_AGAIN}",
        ProblemCode.DIVISION_EMPTY: (
            "Rien si la division n'existe plus ; sinon affectez-lui ses élèves dans SIECLE, puis "
            "importez les élèves à nouveau."
        ),
        ProblemCode.DIVISION_FAKE: _DIVISION,
        ProblemCode.DIVISION_MISSING: _DIVISION,
        ProblemCode.DIVISION_UNKNOWN: (
            "Exportez de SIECLE, le même jour, les élèves et les structures ; importez les élèves, "
            "puis comparez à nouveau."
        ),
        ProblemCode.FRAMEWORK_TWICE: f"Le fichier se contredit : {_LSL}",
        ProblemCode.GROUP_WITHOUT_DIVISION: (
            f"Rattachez le groupe à ses divisions dans STS-web, {_AGAIN}"
        ),
        ProblemCode.INE_TWICE: (
            "Un INE n'est qu'à un élève : corrigez dans SIECLE la fiche de celui des deux qui a "
            f"le mauvais, {_AGAIN}"
        ),
        ProblemCode.LINE_REFUSED: "Corrigez le tableau, puis importez-le à nouveau.",
        ProblemCode.MEF_DIFFERENT: (
            "Comparez dans SIECLE le MEF de la division et celui de ses élèves ; corrigez l'un "
            "des deux, puis importez les élèves à nouveau."
        ),
        ProblemCode.MEF_UNREADABLE: f"Corrigez le MEF dans SIECLE, {_AGAIN}",
        ProblemCode.MODALITY_OUTSIDE: "Rien : LSL ne demande pas ces matières.",
        ProblemCode.MODALITY_UNREADABLE: (
            f"Corrigez la modalité d'élection dans le programme du MEF, {_AGAIN}"
        ),
        ProblemCode.NAME_MISSING: f"Complétez le nom et le prénom dans SIECLE, {_AGAIN}",
        ProblemCode.SEVERAL_DIVISIONS: (
            f"Ne laissez à l'élève, dans SIECLE, que sa division d'aujourd'hui, {_AGAIN}"
        ),
        ProblemCode.SIECLE_ID_MISSING: (
            "Exportez le fichier de SIECLE à nouveau, sans l'ouvrir ni le modifier : chaque élève "
            "y a son identifiant."
        ),
        ProblemCode.SIECLE_ID_TWICE: (
            "Exportez le fichier de SIECLE à nouveau, sans le réunir à un autre : chaque élève "
            "n'y est qu'une fois."
        ),
        ProblemCode.STATUS_MISSING: (
            "Exportez Nomenclature.xml de SIECLE à nouveau, avec toutes ses nomenclatures."
        ),
        ProblemCode.SUBJECT_UNREADABLE: (
            "Ces matières n'iront pas dans les fichiers ; si LSL en attend une, donnez-lui son "
            "code national (BCN, six chiffres) dans le logiciel d'où vient le fichier."
        ),
        ProblemCode.TEACHER_UNKNOWN: f"Vérifiez dans STS-web qui assure ce service, {_AGAIN}",
        ProblemCode.TEACHER_UNREADABLE: (
            f"Complétez le nom et le prénom dans STS-web, {_AGAIN} Sinon tapez-les à la saisie."
        ),
        ProblemCode.YEAR_UNREADABLE: f"Le fichier ne dit pas son année : {_LSL}",
    }
)


def advice_of(codes: Iterable[ProblemCode]) -> list[str]:
    """The sentences for these codes, each once, in the order of the codes."""
    return list(dict.fromkeys(ADVICE[code] for code in codes))
