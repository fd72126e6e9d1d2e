"""Other exports, complete by default and all invented: a test shows only what it spoils."""

from __future__ import annotations

from pathlib import Path

PARAMETERS = "<PARAMETRES><UAJ>0999999Z</UAJ><ANNEE_SCOLAIRE>2025</ANNEE_SCOLAIRE></PARAMETRES>"
MELEC = "24725520320"


def write(folder: Path, name: str, text: str, *, encoding: str = "iso-8859-15") -> Path:
    """The text as a file of that name, its declaration in front."""
    path = folder / name
    path.write_bytes(f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'.encode(encoding))
    return path


def tags(texts: dict[str, str | None]) -> str:
    """Children by tag; one given as None is left out."""
    return "".join(f"<{tag}>{text}</{tag}>" for tag, text in texts.items() if text is not None)


def mef(code: str = MELEC, **spoiled: str | None) -> str:
    texts = {
        "FORMATION": "1ERPRO25520",
        "LIBELLE_LONG": "1ERE PRO METIERS ELECTRICITE",
        "LIBELLE_EDITION": "1ère pro. Métiers de l'électricité",
        "MEF_RATTACHEMENT": None,
        "DATE_OUVERTURE": "01/09/2024",
    }
    return f'<MEF CODE_MEF="{code}">{tags(texts | spoiled)}</MEF>\n'


def subject(code: str = "071100", **spoiled: str | None) -> str:
    texts = {
        "CODE_GESTION": "SPECP",
        "LIBELLE_COURT": "SPECIALITE",
        "LIBELLE_EDITION": "Spécialité",
    }
    return f'<MATIERE CODE_MATIERE="{code}">{tags(texts | spoiled)}</MATIERE>\n'


def programme(code: str = MELEC, matter: str = "071100", modality: str = "S") -> str:
    texts = {"CODE_MEF": code, "CODE_MATIERE": matter, "CODE_MODALITE_ELECT": modality}
    return f"<PROGRAMME>{tags({**texts, 'HORAIRE': '11.5'})}</PROGRAMME>\n"


def nomenclature(
    mefs: str | None = None,
    subjects: str | None = None,
    programmes: str | None = None,
    *,
    statuses: str = '<STATUT_ELEVE CODE_STATUT="ST"/>',
    parameters: str = PARAMETERS,
) -> str:
    return (
        f'<BEE_NOMENCLATURES VERSION="3.1">\n{parameters}<DONNEES>\n'
        f"<MEFS>\n{mef() if mefs is None else mefs}</MEFS>\n"
        f"<MATIERES>\n{subject() if subjects is None else subjects}</MATIERES>\n"
        f"<PROGRAMMES>\n{programme() if programmes is None else programmes}</PROGRAMMES>\n"
        f"<STATUTS_ELEVE>{statuses}</STATUTS_ELEVE></DONNEES></BEE_NOMENCLATURES>\n"
    )


def individual(sts_id: str = "7001", kind: str = "epp", **spoiled: str | None) -> str:
    texts = {"NOM_USAGE": f"PROF{sts_id}", "PRENOM": "Inès", "FONCTION": "ENS"}
    return f'<INDIVIDU ID="{sts_id}" TYPE="{kind}">{tags(texts | spoiled)}</INDIVIDU>\n'


def service(*sts_ids: str, matter: str = "071100", kind: str = "epp") -> str:
    who = "".join(f'<ENSEIGNANT ID="{one}" TYPE="{kind}"/>' for one in sts_ids or ("7001",))
    return f'<SERVICE CODE_MATIERE="{matter}"><ENSEIGNANTS>{who}</ENSEIGNANTS></SERVICE>\n'


def sts_division(code: str = "1MELEC1", *services: str) -> str:
    inside = "".join(services) or service()
    return f'<DIVISION CODE="{code}"><SERVICES>{inside}</SERVICES></DIVISION>\n'


def sts_group(code: str, divisions: tuple[str, ...], *services: str) -> str:
    where = "".join(f'<DIVISION_APPARTENANCE CODE="{one}"/>' for one in divisions)
    return (
        f'<GROUPE CODE="{code}"><DIVISIONS_APPARTENANCE>{where}</DIVISIONS_APPARTENANCE>'
        f"<SERVICES>{''.join(services) or service()}</SERVICES></GROUPE>\n"
    )


def sts(
    individuals: str | None = None,
    divisions: str | None = None,
    groups: str = "",
    *,
    uai: str = "0999999Z",
    year: str = "2025",
    root: str = "STS_EDT",
) -> str:
    return (
        f'<{root}>\n<PARAMETRES><UAJ CODE="{uai}"/><ANNEE_SCOLAIRE ANNEE="{year}"/></PARAMETRES>\n'
        f"<DONNEES><INDIVIDUS>\n{individual() if individuals is None else individuals}</INDIVIDUS>"
        f"<STRUCTURE><DIVISIONS>\n{sts_division() if divisions is None else divisions}</DIVISIONS>"
        f"<GROUPES>{groups}</GROUPES></STRUCTURE></DONNEES></{root}>\n"
    )


def competence(
    code: str = "9001", label: str = "Préparer l'intervention", year: str = "2025"
) -> str:
    return f'<competence code="{code}" annee="{year}">{label}</competence>\n'


def lsl_subject(
    *codes: str, matter: str = "071100", modality: str = "S", periods: str = "true"
) -> str:
    inside = "".join(f"<competence>{code}</competence>" for code in codes)
    return (
        f'<matiere regroupement="R" discipline="D" codeBcn="{matter}" '
        f'presenceEvaluationPeriodique="{periods}" modaliteElection="{modality}">'
        f"<competences>{inside}</competences></matiere>\n"
    )


def lsl_mef(*subjects: str, code: str = MELEC, speciality: str = "MELEC") -> str:
    inside = "".join(subjects) or lsl_subject("9001", "9002")
    return (
        f'<mef codeMef="{code}" niveau="Première" codeSerie="P" serie="Pro" '
        f'specialite="{speciality}">{inside}</mef>\n'
    )


def lsl_year(*mefs: str, year: str = "2025") -> str:
    return f'<anneeScolaire millesime="{year}">{"".join(mefs) or lsl_mef()}</anneeScolaire>\n'


def lsl(*years: str, competences: str | None = None) -> str:
    said = competence() + competence("9002", "Réaliser") if competences is None else competences
    return (
        f"<nomenclaturesLsl>\n<competences>{said}</competences>\n{''.join(years) or lsl_year()}"
        "</nomenclaturesLsl>\n"
    )


def division(code: str = "1MELEC1", *mefs: str) -> str:
    inside = "".join(
        f"<MEF_APPARTENANCE><CODE_MEF>{one}</CODE_MEF></MEF_APPARTENANCE>"
        for one in mefs or (MELEC,)
    )
    return (
        f'<DIVISION CODE_STRUCTURE="{code}"><LIBELLE_LONG>Classe</LIBELLE_LONG>'
        f"<MEFS_APPARTENANCE>{inside}</MEFS_APPARTENANCE></DIVISION>\n"
    )


def structures_file(*divisions: str, parameters: str = PARAMETERS) -> str:
    inside = "".join(divisions or (division(),))
    return (
        f'<BEE_STRUCTURES VERSION="2.0">{parameters}<DONNEES><DIVISIONS>{inside}</DIVISIONS>'
        "<GROUPES/></DONNEES></BEE_STRUCTURES>\n"
    )
