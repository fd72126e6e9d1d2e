"""Table 1.2 of lsl-format.md, row by row, under both profiles: a file with one thing changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from pipeline.xml.profiles import Profile, load_profiles
from pipeline.xml.validate import schema_faults

Edit = Callable[[str], str]
NAMESPACES = {"lsl-1.0": "urn:ac-grenoble.fr:lsl:import"}
NAMESPACES["lslpro-draft-1"] = "urn:lslpro:export:draft-1"
YEAR_END = "</scolarite>"
PFMP = (
    '<pfmp nombre-semaines="12" a-l-etranger="true"><synthese>Sérieux</synthese>'
    '<enseignant nom="DURAND" prenom="Inès"/></pfmp>'
)
PROJECT = (
    '<projet moyenne="14.00"><appreciation>Abouti</appreciation>'
    '<enseignant nom="DURAND" prenom="Inès"/></projet>'
)
STRUCTURE = (
    '<structure effectif="24" moyenne="12.35" repar-moins-huit="12.50"'
    ' repar-huit-douze="37.50" repar-plus-douze="50.00"/>'
)
PERIODS = '<periodiques><periode numero="1" moyenne="11.50"/></periodiques>'
COMPETENCES = '<competences><competence code="9001">3</competence></competences>'
TEACHERS = '<enseignants><enseignant nom="DURAND" prenom="Inès"/></enseignants>'
YEARLY = "<annuelle>Progrès</annuelle>"
EVALUATION = (
    '<evaluation modalite-election="S" code-matiere="071100" date="2026-06-01">'
    f"{STRUCTURE}{YEARLY}{PERIODS}{COMPETENCES}{TEACHERS}</evaluation>"
)
OPINIONS = {
    kind: f'<{kind} date="2026-06-02" nom="MARTIN" prenom="Zoé">Constant</{kind}>'
    for kind in ("avisEngagement", "avisInvestissement", "avisChefEtab")
}
ENGAGEMENTS = (
    '<engagements><engagement code="C"/><engagement-autre>Tutorat</engagement-autre></engagements>'
)
EXAM = '<avisExamen code="F"/>'
EDITOR, SOFTWARE = "<editeur>E</editeur>", "<application>A</application>"
SCHOOL = "<etablissement>0999999Z</etablissement>"
YEAR = (
    '<scolarite annee-scolaire="2025" code-periode="S">'
    + "".join(OPINIONS.values())
    + EVALUATION
    + YEAR_END
)
PUPIL = f'<eleve id="1234567">{ENGAGEMENTS}{EXAM}<scolarites>{YEAR}</scolarites></eleve>'
BODY = f"<entete>{EDITOR}{SOFTWARE}{SCHOOL}</entete><donnees>{PUPIL}</donnees>"
FILE = f'<lsl:lsl xmlns:lsl="NAMESPACE" schemaVersion="1.0">{BODY}</lsl:lsl>'


def swap(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert text.count(old) == 1, f"{old!r} must stand once in the file"
        return text.replace(old, new)

    return edit


def drop(old: str) -> Edit:
    return swap(old, "")


def twice(old: str) -> Edit:
    return swap(old, old + old)


def value(attribute: str, old: str, new: str) -> Edit:
    return swap(f'{attribute}="{old}"', f'{attribute}="{new}"')


def rows(*cases: tuple[str, Edit]) -> list[object]:
    return [pytest.param(edit, id=name) for name, edit in cases]


def _as_profile(text: str, profile: Profile) -> bytes:
    return text.replace("NAMESPACE", NAMESPACES[profile.name]).encode()


@pytest.fixture(params=sorted(NAMESPACES))
def profile(request: pytest.FixtureRequest) -> Profile:
    return load_profiles()[request.param]


def _teacher(**changed: str) -> Edit:
    names = {"nom": "DURAND", "prenom": "Inès"} | changed
    attributes = "".join(f' {key}="{name}"' for key, name in names.items())
    return swap(TEACHERS, f"<enseignants><enseignant{attributes}/></enseignants>")


def _mastery(mastery: str) -> Edit:
    return swap(">3</competence>", f">{mastery}</competence>")


def _opinion(kind: str, **changed: str) -> Edit:
    parts = {"date": ' date="2026-06-02"', "nom": "M", "prenom": "Z", "text": "T"} | changed
    names = f' nom="{parts["nom"]}" prenom="{parts["prenom"]}"'
    return swap(OPINIONS[kind], f"<{kind}{parts['date']}{names}>{parts['text']}</{kind}>")


def _engagements(inside: str) -> Edit:
    return swap(ENGAGEMENTS, f"<engagements>{inside}</engagements>")


SHARES = {"repar-moins-huit": "12.50", "repar-huit-douze": "37.50", "repar-plus-douze": "50.00"}
OTHER = "engagement-autre"

ACCEPTED = rows(
    ("complete-file", lambda text: text),
    ("root-other-prefix", lambda text: text.replace("lsl:lsl", "x:lsl").replace("s:lsl=", "s:x=")),
    ("header-any-order", swap(EDITOR + SOFTWARE + SCHOOL, SCHOOL + SOFTWARE + EDITOR)),
    ("editor-empty", swap(EDITOR, "<editeur/>")),
    ("editor-unbounded", swap(EDITOR, f"<editeur>{'e' * 500}</editeur>")),
    ("application-50", swap(SOFTWARE, f"<application>{'é' * 50}</application>")),
    ("school-any-8", swap("0999999Z", "abcdefgh")),
    ("two-pupils", swap(PUPIL, PUPIL + PUPIL.replace("1234567", "1234568"))),
    ("pupil-id-1", value("id", "1234567", "1")),
    ("pupil-id-not-unique", twice(PUPIL)),
    ("no-engagements", drop(ENGAGEMENTS)),
    ("engagements-empty", _engagements("")),
    ("engagement-all-codes", _engagements("".join(f'<engagement code="{c}"/>' for c in "CVAES"))),
    ("engagement-other-1", _engagements(f"<{OTHER}>x</{OTHER}>")),
    ("engagement-other-300", _engagements(f"<{OTHER}>{'é' * 300}</{OTHER}>")),
    ("no-exam-opinion", drop(EXAM)),
    *((f"exam-opinion-{c}", value("avisExamen code", "F", c)) for c in "TFAD"),
    ("two-years", swap(YEAR, YEAR + YEAR.replace("2025", "2024"))),
    ("year-2000", value("annee-scolaire", "2025", "2000")),
    ("year-9999", value("annee-scolaire", "2025", "9999")),
    ("periodicity-T", value("code-periode", "S", "T")),
    *((f"{kind}-absent", drop(OPINIONS[kind])) for kind in OPINIONS),
    *((f"{kind}-no-date", _opinion(kind, date="")) for kind in OPINIONS),
    *((f"{kind}-text-300", _opinion(kind, text="é" * 300)) for kind in OPINIONS),
    *((f"{kind}-name-65", _opinion(kind, nom="n" * 65)) for kind in OPINIONS),
    *((f"{kind}-first-name-50", _opinion(kind, prenom="p" * 50)) for kind in OPINIONS),
    ("two-evaluations", twice(EVALUATION)),
    ("evaluation-any-order", swap(STRUCTURE + YEARLY + PERIODS, PERIODS + YEARLY + STRUCTURE)),
    *((f"modality-{c}", value("modalite-election", "S", c)) for c in "SOF"),
    ("subject-leading-zeros", value("code-matiere", "071100", "000001")),
    ("evaluation-no-date", drop(' date="2026-06-01"')),
    ("structure-empty", swap(STRUCTURE, "<structure/>")),
    ("group-size-1", value("effectif", "24", "1")),
    ("group-average-1-decimal", value("moyenne", "12.35", "12.3")),
    *((f"{name}-whole", value(name, old, "100")) for name, old in SHARES.items()),
    *((f"{name}-absent", drop(f' {name}="{old}"')) for name, old in SHARES.items()),
    ("no-yearly-comment", drop(YEARLY)),
    ("yearly-comment-one-blank", swap(YEARLY, "<annuelle> </annuelle>")),
    ("yearly-comment-300", swap(YEARLY, f"<annuelle>{'&amp;' * 300}</annuelle>")),
    ("no-periods", drop(PERIODS)),
    ("period-number-7", value("numero", "1", "7")),
    ("period-twice", twice('<periode numero="1" moyenne="11.50"/>')),
    ("period-no-mark", value("moyenne", "11.50", "-1")),
    ("period-average-25", value("moyenne", "11.50", "25")),
    ("no-competences", drop(COMPETENCES)),
    ("competence-code-0000", value("competence code", "9001", "0000")),
    *(
        (f"mastery-{m}", _mastery(m))
        for m in ["0", "NE", "1", "2", "3", "4", "A1", "A2", "B1", "B2", "C1", "C2"]
    ),
    ("two-teachers", twice('<enseignant nom="DURAND" prenom="Inès"/>')),
    ("teacher-name-65", _teacher(nom="n" * 65)),
    ("teacher-first-name-50", _teacher(prenom="p" * 50)),
    ("teacher-names-empty", _teacher(nom="", prenom="")),
    ("teacher-names-absent", swap(TEACHERS, "<enseignants><enseignant/></enseignants>")),
)

REFUSED = rows(
    ("root-other-namespace", swap("NAMESPACE", "urn:autre")),
    ("root-no-namespace", lambda text: text.replace("lsl:lsl", "lsl")),
    ("root-default-namespace", lambda t: t.replace("lsl:lsl", "lsl").replace("xmlns:lsl", "xmlns")),
    (
        "root-children-namespaced",
        lambda t: t.replace("<entete", "<lsl:entete").replace("</entete", "</lsl:entete"),
    ),
    (
        "root-other-name",
        lambda text: text.replace("lsl:lsl>", "lsl:x>").replace("<lsl:lsl", "<lsl:x"),
    ),
    ("version-absent", drop(' schemaVersion="1.0"')),
    ("version-1.1", value("schemaVersion", "1.0", "1.1")),
    ("version-2.0", value("schemaVersion", "1.0", "2.0")),
    ("version-word", value("schemaVersion", "1.0", "un")),
    ("no-header", drop(f"<entete>{EDITOR}{SOFTWARE}{SCHOOL}</entete>")),
    ("header-twice", twice(f"<entete>{EDITOR}{SOFTWARE}{SCHOOL}</entete>")),
    ("header-unknown-element", swap(EDITOR, EDITOR + "<date/>")),
    ("no-editor", drop(EDITOR)),
    ("editor-twice", twice(EDITOR)),
    ("no-application", drop(SOFTWARE)),
    ("application-51", swap(SOFTWARE, f"<application>{'é' * 51}</application>")),
    ("no-school", drop(SCHOOL)),
    ("school-7", swap("0999999Z", "099999Z")),
    ("school-9", swap("0999999Z", "09999999Z")),
    ("no-data", drop(f"<donnees>{PUPIL}</donnees>")),
    ("no-pupil", drop(PUPIL)),
    ("pupil-id-absent", drop(' id="1234567"')),
    ("pupil-id-0", value("id", "1234567", "0")),
    ("pupil-id-negative", value("id", "1234567", "-1")),
    ("pupil-id-letters", value("id", "1234567", "A12")),
    ("pupil-unknown-attribute", value("id", "1234567", '1" ine="0')),
    ("pupil-order", swap(ENGAGEMENTS + EXAM, EXAM + ENGAGEMENTS)),
    ("engagements-twice", twice(ENGAGEMENTS)),
    ("engagement-no-code", _engagements("<engagement/>")),
    ("engagement-unknown-code", _engagements('<engagement code="X"/>')),
    ("engagement-code-twice", twice('<engagement code="C"/>')),
    ("engagement-other-empty", _engagements(f"<{OTHER}/>")),
    ("engagement-other-301", _engagements(f"<{OTHER}>{'é' * 301}</{OTHER}>")),
    ("engagement-other-twice", twice(f"<{OTHER}>Tutorat</{OTHER}>")),
    ("engagement-other-first", _engagements(f'<{OTHER}>x</{OTHER}><engagement code="C"/>')),
    ("exam-opinion-twice", twice(EXAM)),
    ("exam-opinion-no-code", swap(EXAM, "<avisExamen/>")),
    ("exam-opinion-unknown", value("avisExamen code", "F", "Z")),
    ("no-years", drop(f"<scolarites>{YEAR}</scolarites>")),
    ("no-year", drop(YEAR)),
    ("year-absent", drop(' annee-scolaire="2025"')),
    ("year-1999", value("annee-scolaire", "2025", "1999")),
    ("year-10000", value("annee-scolaire", "2025", "10000")),
    ("year-label", value("annee-scolaire", "2025", "2025-2026")),
    ("periodicity-absent", drop(' code-periode="S"')),
    ("periodicity-A", value("code-periode", "S", "A")),
    *((f"{kind}-twice", twice(OPINIONS[kind])) for kind in OPINIONS),
    *((f"{kind}-empty", _opinion(kind, text="")) for kind in OPINIONS),
    *((f"{kind}-text-301", _opinion(kind, text="é" * 301)) for kind in OPINIONS),
    *((f"{kind}-name-66", _opinion(kind, nom="n" * 66)) for kind in OPINIONS),
    *((f"{kind}-first-name-51", _opinion(kind, prenom="p" * 51)) for kind in OPINIONS),
    *((f"{kind}-bad-date", _opinion(kind, date=' date="02/06/2026"')) for kind in OPINIONS),
    *((f"{kind}-no-names", swap(OPINIONS[kind], f"<{kind}>T</{kind}>")) for kind in OPINIONS),
    (
        "opinions-order",
        swap(
            OPINIONS["avisEngagement"] + OPINIONS["avisInvestissement"],
            OPINIONS["avisInvestissement"] + OPINIONS["avisEngagement"],
        ),
    ),
    (
        "opinion-after-evaluation",
        swap(OPINIONS["avisChefEtab"] + EVALUATION, EVALUATION + OPINIONS["avisChefEtab"]),
    ),
    ("no-evaluation", drop(EVALUATION)),
    ("modality-absent", drop(' modalite-election="S"')),
    *((f"modality-{c}", value("modalite-election", "S", c)) for c in "LNXR"),
    ("subject-absent", drop(' code-matiere="071100"')),
    ("subject-5-digits", value("code-matiere", "071100", "07110")),
    ("subject-7-digits", value("code-matiere", "071100", "0711000")),
    ("subject-letter", value("code-matiere", "071100", "07110A")),
    ("evaluation-bad-date", value("date", "2026-06-01", "2026-06-31")),
    ("no-structure", drop(STRUCTURE)),
    ("structure-twice", twice(STRUCTURE)),
    ("group-size-0", value("effectif", "24", "0")),
    ("group-average-3-decimals", value("moyenne", "12.35", "12.355")),
    ("group-average-comma", value("moyenne", "12.35", "12,35")),
    *((f"{name}-3-decimals", value(name, old, "12.505")) for name, old in SHARES.items()),
    *((f"{name}-comma", value(name, old, "12,5")) for name, old in SHARES.items()),
    ("yearly-comment-empty", swap(YEARLY, "<annuelle/>")),
    ("yearly-comment-301", swap(YEARLY, f"<annuelle>{'&amp;' * 301}</annuelle>")),
    ("yearly-comment-twice", twice(YEARLY)),
    ("periods-empty", swap(PERIODS, "<periodiques/>")),
    ("period-number-absent", drop(' numero="1"')),
    ("period-number-0", value("numero", "1", "0")),
    ("period-average-absent", drop(' moyenne="11.50"')),
    ("period-average-3-decimals", value("moyenne", "11.50", "11.505")),
    ("period-average-comma", value("moyenne", "11.50", "11,5")),
    ("period-average-None", value("moyenne", "11.50", "None")),
    ("competences-empty", swap(COMPETENCES, "<competences/>")),
    ("competence-twice", twice('<competence code="9001">3</competence>')),
    ("competence-no-code", swap('<competence code="9001">', "<competence>")),
    ("competence-code-3", value("competence code", "9001", "900")),
    ("competence-code-5", value("competence code", "9001", "90011")),
    *((f"mastery-{m or 'empty'}", _mastery(m)) for m in ("-1", "", "5", "D1", "ne", "A1 ")),
    ("no-teachers", drop(TEACHERS)),
    ("teachers-empty", swap(TEACHERS, "<enseignants/>")),
    ("teacher-name-66", _teacher(nom="n" * 66)),
    ("teacher-first-name-51", _teacher(prenom="p" * 51)),
    ("teacher-unknown-attribute", _teacher(id="7")),
)


@pytest.mark.parametrize("edit", ACCEPTED)
def test_the_schema_accepts(edit: Edit, profile: Profile) -> None:
    assert schema_faults(_as_profile(edit(FILE), profile), profile) == []


@pytest.mark.parametrize("edit", REFUSED)
def test_the_schema_refuses(edit: Edit, profile: Profile) -> None:
    assert schema_faults(_as_profile(edit(FILE), profile), profile) != []


def _with_blocks(pfmp: str = PFMP, project: str = PROJECT) -> str:
    return swap(EVALUATION, pfmp + project + EVALUATION)(FILE)


DRAFT_ACCEPTED = rows(
    ("both", lambda text: text),
    ("no-project", drop(PROJECT)),
    ("no-pfmp", drop(PFMP)),
    ("no-week-count", drop(' nombre-semaines="12"')),
    ("week-count-0", value("nombre-semaines", "12", "0")),
    ("week-count-999", value("nombre-semaines", "12", "999")),
    ("not-abroad", value("a-l-etranger", "true", "false")),
    ("synthesis-1", swap("Sérieux", "x")),
    ("synthesis-long", swap("Sérieux", "x" * 5000)),
    ("project-comment-300", swap("Abouti", "é" * 300)),
    ("project-average-whole", value("projet moyenne", "14.00", "14")),
)
DRAFT_REFUSED = rows(
    ("project-first", swap(PFMP + PROJECT, PROJECT + PFMP)),
    ("after-evaluation", swap(PFMP + PROJECT + EVALUATION, EVALUATION + PFMP + PROJECT)),
    (
        "before-opinions",
        lambda text: swap(OPINIONS["avisEngagement"], PFMP + OPINIONS["avisEngagement"])(
            drop(PFMP)(text)
        ),
    ),
    ("pfmp-twice", twice(PFMP)),
    ("project-twice", twice(PROJECT)),
    ("synthesis-empty", swap("Sérieux", "")),
    ("synthesis-absent", drop("<synthese>Sérieux</synthese>")),
    ("week-count-4-digits", value("nombre-semaines", "12", "1000")),
    ("week-count-empty", value("nombre-semaines", "12", "")),
    ("abroad-absent", drop(' a-l-etranger="true"')),
    ("abroad-word", value("a-l-etranger", "true", "oui")),
    ("pfmp-no-author", swap(PFMP, PFMP.replace('<enseignant nom="DURAND" prenom="Inès"/>', ""))),
    ("pfmp-nameless", swap(PFMP, PFMP.replace(' nom="DURAND"', ""))),
    ("project-average-absent", drop(' moyenne="14.00"')),
    ("project-average-3-decimals", value("projet moyenne", "14.00", "14.005")),
    ("project-comment-empty", swap("Abouti", "")),
    ("project-comment-301", swap("Abouti", "é" * 301)),
    ("project-nameless", swap(PROJECT, PROJECT.replace(' prenom="Inès"', ""))),
)


@pytest.mark.parametrize("edit", DRAFT_ACCEPTED)
def test_the_draft_accepts_pfmp_and_project(edit: Edit) -> None:
    draft = load_profiles()["lslpro-draft-1"]
    assert schema_faults(_as_profile(edit(_with_blocks()), draft), draft) == []


@pytest.mark.parametrize("edit", DRAFT_REFUSED)
def test_the_draft_refuses_pfmp_and_project(edit: Edit) -> None:
    draft = load_profiles()["lslpro-draft-1"]
    assert schema_faults(_as_profile(edit(_with_blocks()), draft), draft) != []


@pytest.mark.parametrize("block", [PFMP, PROJECT], ids=["pfmp", "project"])
def test_lsl_1_0_carries_neither_pfmp_nor_project(block: str) -> None:
    strict = load_profiles()["lsl-1.0"]
    assert schema_faults(_as_profile(swap(EVALUATION, block + EVALUATION)(FILE), strict), strict)


def test_the_draft_schema_is_the_strict_one_with_additions_only() -> None:
    strict, draft = (
        etree.fromstring(
            profile.schema, etree.XMLParser(remove_comments=True, remove_blank_text=True)
        )
        for profile in load_profiles().values()
    )
    added = {"pfmp", "projet", "auteur", "nombre-semaines"}
    for element in [e for e in draft.iter() if e.get("name") in added and "type" not in e.attrib]:
        element.getparent().remove(element)
    for element in [e for e in draft.iter() if e.get("type") in {"t:pfmp", "t:projet"}]:
        element.getparent().remove(element)
    renamed = etree.tostring(draft).replace(
        b"urn:lslpro:export:draft-1", NAMESPACES["lsl-1.0"].encode()
    )
    assert renamed == etree.tostring(strict)
