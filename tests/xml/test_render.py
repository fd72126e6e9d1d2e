from __future__ import annotations

import hashlib
import shutil
import threading
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from pipeline.domain.document import Document, GroupStatistics
from pipeline.domain.facts import Limits, Teacher
from pipeline.domain.periods import Periodicity
from pipeline.errors import Defect, UnreadableFile
from pipeline.xml.profiles import Profile, load_profiles
from pipeline.xml.render import render
from pipeline.xml.validate import schema_faults
from tests.xml import documents as built

HOSTILE = '<b>&amp; "l\'élève" œuvré]]> €'
STRICT, DRAFT = load_profiles()["lsl-1.0"], load_profiles()["lslpro-draft-1"]


@pytest.fixture(params=["lsl-1.0", "lslpro-draft-1"])
def profile(request: pytest.FixtureRequest) -> Profile:
    return load_profiles()[request.param]


def _read(document: Document, profile: Profile) -> etree._Element:
    return etree.fromstring(render(document, profile))


def _one(root: etree._Element, path: str) -> etree._Element:
    (found,) = root.findall(path)
    return found


def test_a_complete_document_is_valid_utf_8_with_its_declaration(profile: Profile) -> None:
    data = render(built.DOCUMENT, profile)
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<')
    assert "Progrès".encode() in data
    assert schema_faults(data, profile) == []


def test_the_same_document_gives_the_same_bytes(profile: Profile) -> None:
    assert render(built.document(), profile) == render(built.document(), profile)


def test_nothing_missing_is_ever_printed(profile: Profile) -> None:
    bare = built.with_year(
        evaluations=(
            replace(
                built.EVALUATION,
                group=GroupStatistics(),
                appreciation=None,
                averages=(),
                ratings=(),
            ),
        ),
        pfmp=replace(built.PFMP, week_count=None),
        project=None,
    )
    data = render(bare, profile)
    assert b"None" not in data
    assert schema_faults(data, profile) == []


def test_hostile_text_comes_back_to_the_letter(profile: Profile) -> None:
    document = built.with_evaluation(
        appreciation=HOSTILE, teachers=(Teacher(last_name=HOSTILE, first_name="D'Arc"),)
    )
    root = _read(replace(document, editor=HOSTILE), profile)
    assert _one(root, ".//editeur").text == HOSTILE
    assert _one(root, ".//annuelle").text == HOSTILE
    teacher = _one(root, ".//enseignants/enseignant")
    assert dict(teacher.attrib) == {"nom": HOSTILE, "prenom": "D'Arc"}


def test_the_draft_escapes_pfmp_and_project_too() -> None:
    author = Teacher(last_name=HOSTILE, first_name=HOSTILE)
    root = _read(
        built.with_year(
            pfmp=replace(built.PFMP, synthesis=HOSTILE, teacher=author),
            project=replace(built.PROJECT, appreciation=HOSTILE, teacher=author),
        ),
        DRAFT,
    )
    assert _one(root, ".//synthese").text == HOSTILE
    assert _one(root, ".//projet/appreciation").text == HOSTILE
    assert {e.get("nom") for e in root.iterfind(".//scolarite/*/enseignant")} == {HOSTILE}


def test_newlines_stay_in_a_text(profile: Profile) -> None:
    root = _read(built.with_evaluation(appreciation="un\n\ndeux"), profile)
    assert _one(root, ".//annuelle").text == "un\n\ndeux"


@pytest.mark.parametrize(
    ("average", "written"),
    [
        (None, "-1"),
        (Decimal(0), "0.00"),
        (Decimal("11.5"), "11.50"),
        (Decimal("2E+1"), "20.00"),
        (Decimal("9.995"), "10.00"),
        (Decimal("0.125"), "0.13"),
    ],
)
def test_a_mark_has_two_decimals_and_a_point(
    average: Decimal | None, written: str, profile: Profile
) -> None:
    root = _read(built.with_evaluation(averages=((1, average),)), profile)
    assert _one(root, ".//periode").get("moyenne") == written


def test_statistics_are_left_out_when_nobody_has_a_mark(profile: Profile) -> None:
    structure = _one(_read(built.with_evaluation(group=GroupStatistics()), profile), ".//structure")
    assert dict(structure.attrib) == {}


def test_statistics_are_written_when_the_group_has_marks(profile: Profile) -> None:
    assert dict(_one(_read(built.DOCUMENT, profile), ".//structure").attrib) == {
        "effectif": "24",
        "moyenne": "12.35",
        "repar-moins-huit": "12.50",
        "repar-huit-douze": "37.50",
        "repar-plus-douze": "50.00",
    }


@pytest.mark.parametrize(("periodicity", "code"), [("trimester", "T"), ("semester", "S")])
def test_the_periodicity_has_its_letter(periodicity: str, code: str, profile: Profile) -> None:
    root = _read(built.with_year(periodicity=Periodicity(periodicity)), profile)
    assert _one(root, ".//scolarite").get("code-periode") == code


def test_a_document_may_hold_two_years_and_several_pupils(profile: Profile) -> None:
    earlier = replace(built.YEAR, start_year=2024, periodicity=Periodicity.TRIMESTER)
    second = replace(built.PUPIL, siecle_id=1234568, years=(earlier, built.YEAR))
    data = render(built.with_pupils(built.PUPIL, second), profile)
    assert schema_faults(data, profile) == []
    years = [e.get("annee-scolaire") for e in etree.fromstring(data).iter("scolarite")]
    assert years == ["2025", "2024", "2025"]


@pytest.mark.parametrize(
    "spoiled",
    [
        built.document(editor=None),
        built.with_pupils(replace(built.PUPIL, siecle_id=None)),
        built.with_group(average=None),
        built.with_evaluation(teachers=(Teacher(last_name=None, first_name="A"),)),
    ],
    ids=["editor", "siecle-id", "group-average", "teacher"],
)
def test_a_missing_value_is_a_defect_not_a_word(spoiled: Document, profile: Profile) -> None:
    with pytest.raises(Defect):
        render(spoiled, profile)


def test_an_unknown_name_in_a_template_is_a_defect() -> None:
    # The digest is part of the profile's identity: other bytes, another compiled template.
    broken = replace(STRICT, template="{{ document.colour }}", digest="0" * 64)
    with pytest.raises(Defect, match="valeur inconnue"):
        render(built.DOCUMENT, broken)


def test_only_the_draft_carries_pfmp_and_project() -> None:
    assert not _read(built.DOCUMENT, STRICT).findall(".//pfmp")
    assert not _read(built.DOCUMENT, STRICT).findall(".//projet")
    pfmp = _one(_read(built.DOCUMENT, DRAFT), ".//pfmp")
    assert dict(pfmp.attrib) == {"nombre-semaines": "12", "a-l-etranger": "true"}
    assert _one(_read(built.DOCUMENT, DRAFT), ".//projet").get("moyenne") == "14.00"


def _as_strict(draft: bytes) -> bytes:
    """Take PFMP and project away and rename the root, as the README promises."""
    root = etree.fromstring(draft, etree.XMLParser(remove_blank_text=True))
    for name in ("pfmp", "projet"):
        for element in list(root.iter(name)):
            element.getparent().remove(element)
    renamed = etree.Element(
        "{urn:ac-grenoble.fr:lsl:import}lsl",
        dict(root.attrib),
        nsmap={"lsl": "urn:ac-grenoble.fr:lsl:import"},
    )
    renamed.extend(list(root))
    return etree.tostring(renamed, method="c14n")


def test_the_draft_without_its_additions_is_the_strict_file() -> None:
    reduced = _as_strict(render(built.DOCUMENT, DRAFT))
    assert schema_faults(reduced, STRICT) == []
    blank_free = etree.XMLParser(remove_blank_text=True)
    strict = etree.fromstring(render(built.DOCUMENT, STRICT), blank_free)
    assert reduced == etree.tostring(strict, method="c14n")


def test_the_files_of_one_profile_are_not_valid_under_the_other() -> None:
    assert schema_faults(render(built.DOCUMENT, DRAFT), STRICT)
    assert schema_faults(render(built.DOCUMENT, STRICT), DRAFT)


def test_every_fault_is_listed_with_its_place_and_no_value(profile: Profile) -> None:
    secret = "SECRETDUPONT"
    data = render(
        built.with_evaluation(
            subject_code=secret,
            modality=secret,
            appreciation=secret * 30,
            ratings=((secret, 3), (secret, 4)),
            teachers=(Teacher(last_name=secret * 9, first_name=secret * 9),),
        ),
        profile,
    )
    faults = schema_faults(data, profile)
    assert secret not in "".join(faults)
    for place in ("/evaluation", "/annuelle", "/competence", "/enseignant"):
        assert any(place in fault and "ligne" in fault for fault in faults), place
    assert any(
        fault.startswith("SCHEMAV_CVC_MAXLENGTH_VALID : texte trop long") for fault in faults
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SECRET",
        b"<SECRET>",
        b"<a><SECRET></a>",
        b"<a SECRET='1' SECRET='2'/>",
        b"<a>\x0bSECRET</a>",
        b"<a>&SECRET;</a>",
        b"<a>SECRET\xff</a>",
        b'<!DOCTYPE a [<!ENTITY x "SECRET">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "file:///SECRET"><a/>',
        b"<a>" * 300 + b"SECRET" + b"</a>" * 300,
    ],
    ids=[
        "empty",
        "no-markup",
        "unclosed",
        "mismatch",
        "attribute-twice",
        "control-character",
        "undefined-entity",
        "not-utf-8",
        "entity",
        "external-dtd",
        "too-deep",
    ],
)
def test_a_file_that_is_no_xml_of_ours_is_a_fault_without_its_content(data: bytes) -> None:
    faults = schema_faults(data, STRICT)
    assert faults
    assert "SECRET" not in "".join(faults)


def test_the_faults_of_one_file_never_show_in_the_next_one_s() -> None:
    torn = [schema_faults(b"<a><b></a>", STRICT)]
    schema_faults(render(built.with_pupils(), STRICT), STRICT)
    torn.append(schema_faults(b"<a><b></a>", STRICT))
    assert torn[0] == torn[1] == ["ERR_TAG_NAME_MISMATCH : XML mal formé (ligne 1)"]
    assert len(schema_faults(b"", STRICT)) == 1


def test_an_entity_bomb_is_refused_at_once() -> None:
    levels = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    bomb = f'<!DOCTYPE a [<!ENTITY e0 "x">{levels}]><a b="&e11;">&e11;</a>'
    assert schema_faults(bomb.encode(), STRICT)


def test_threads_do_not_mix_their_faults() -> None:
    good, bad = render(built.DOCUMENT, STRICT), render(built.with_pupils(), STRICT)
    expected = schema_faults(bad, STRICT)
    mixed: list[object] = []

    def check() -> None:
        for _ in range(100):
            seen = (schema_faults(good, STRICT), schema_faults(bad, STRICT))
            if seen != ([], expected):
                mixed.append(seen)

    threads = [threading.Thread(target=check) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mixed == []


def test_the_two_profiles_are_described() -> None:
    profiles = load_profiles()
    assert list(profiles) == ["lsl-1.0", "lslpro-draft-1"]
    assert {name: p.official for name, p in profiles.items()} == {
        "lsl-1.0": True,
        "lslpro-draft-1": False,
    }
    assert all(p.limits == Limits() and p.folder.name == name for name, p in profiles.items())
    assert [p.carries_pfmp for p in profiles.values()] == [False, True]
    assert [p.carries_project for p in profiles.values()] == [False, True]


@pytest.mark.parametrize("name", ["template.xml.j2", "schema.xsd", "profile.toml"])
def test_a_change_to_any_file_of_a_profile_changes_its_digest(name: str, tmp_path: Path) -> None:
    shutil.copytree(STRICT.folder, tmp_path / "lsl-1.0")
    changed = tmp_path / "lsl-1.0" / name
    comment = "\n" if name != "profile.toml" else "\n# x\n"
    changed.write_text(changed.read_text("utf-8") + comment, "utf-8")
    digest = load_profiles(tmp_path)["lsl-1.0"].digest
    assert len(digest) == len(hashlib.sha256().hexdigest())
    assert digest != STRICT.digest


def test_an_added_folder_is_a_new_profile(tmp_path: Path) -> None:
    shutil.copytree(STRICT.folder, tmp_path / "autre")
    described = tmp_path / "autre" / "profile.toml"
    described.write_text(described.read_text("utf-8").replace('"lsl-1.0"', '"autre"'), "utf-8")
    added = load_profiles(tmp_path)["autre"]
    assert schema_faults(render(built.DOCUMENT, added), added) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "lsl-1.0"', 'name = "autre"'),
        ("carries_pfmp = false", ""),
        ("appreciation = 300", "appreciation = 0"),
        ("appreciation = 300", "colour = 300"),
        ("[limits]", "[limits"),
    ],
    ids=["other-name", "key-missing", "limit-0", "unknown-limit", "not-toml"],
)
def test_a_wrong_description_is_refused(old: str, new: str, tmp_path: Path) -> None:
    shutil.copytree(STRICT.folder, tmp_path / "lsl-1.0")
    described = tmp_path / "lsl-1.0" / "profile.toml"
    described.write_text(described.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(UnreadableFile, match=r"lsl-1\.0/profile\.toml"):
        load_profiles(tmp_path)


def test_a_profile_without_its_schema_is_refused(tmp_path: Path) -> None:
    shutil.copytree(STRICT.folder, tmp_path / "lsl-1.0")
    (tmp_path / "lsl-1.0" / "schema.xsd").unlink()
    with pytest.raises(UnreadableFile, match=r"schema\.xsd"):
        load_profiles(tmp_path)
