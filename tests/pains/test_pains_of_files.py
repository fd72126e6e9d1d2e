"""Files given: wrong ones, large ones, other encodings; subjects, MEF and teachers in them."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa
from rowsbuilder import a_school, compute_lights, insert

from pipeline.domain.states import JobState
from pipeline.store import rows as t
from tests.exchange.builders import document, pupil, siecle, structures, zipped
from tests.exchange.exports import (
    individual,
    lsl,
    nomenclature,
    programme,
    service,
    sts,
    sts_division,
    subject,
    write,
)
from tests.pains.chores import YEAR, document_of, import_siecle
from tests.usecases.exporting import PLAIN, exported, poison, versions_of

MOST_MB = 25  # more memory for the large file than for the small one
READS = """
import re, sys
from pathlib import Path
from pipeline.exchange.siecle import read_siecle
count = sum(1 for _ in read_siecle(Path(sys.argv[1])).pupils())
status = Path("/proc/self/status").read_text()  # ru_maxrss begins with what the parent had
print(count, int(re.search("VmHWM:\\\\s*([0-9]+)", status)[1]) // 1024)
"""


def students(w):
    with w.store.reading() as connection:
        return len(connection.execute(sa.select(t.student)).all())


def sts_import(office, folder, text):
    """Pupils, then the export of STS, by the real command."""
    assert import_siecle(office, folder, {1: pupil(1)}).code == 0
    return office("import", "sts", str(write(folder, "sts_emp.xml", text)), *YEAR, "--json")


def offered(office):
    return [one["last_name"] for one in office("teachers", "1MELEC1", "--json").json]


def test_pain_04_a_subject_without_a_national_code_is_named_and_never_exported(
    office, w, store, tmp_path
):
    school = a_school(store, pupil_count=1)
    text = nomenclature(subjects=subject() + subject("AGL1"))
    path = str(write(tmp_path, "Nomenclature.xml", text))
    (told,) = office("import", "nomenclature", path, *YEAR, "--json").json["problems"]
    assert told["code"] == "subject_unreadable"
    assert "ligne" in told["message"]
    key = {"booklet_id": school.booklet_ids[0], "subject_code": "AGL1"}
    with store.writing() as unit:  # as an integrator may
        insert(unit.connection, t.evaluation, **key, modality="S", appreciation="Bien.")
        insert(unit.connection, t.teacher, **key, position=1, last_name="ROY", first_name="Al")
    compute_lights(store)
    (one,) = document_of(w, school.division_id).pupils
    assert [found.subject_code for found in one.years[0].evaluations] == ["071100"]
    (before,) = office("preflight", "1MELEC1", "--json").json
    (concern,) = before["incomplete"]
    assert (concern["code"], concern["subjects"]) == ("subject_code_not_national", ["AGL1"])
    (job,) = office("jobs", "list", "--json").json
    said = office("jobs", "show", job["id"]).out
    assert "élève 1001, année 2025 : Non exporté, faute de code national : matière AGL1" in said


def test_pain_05_a_variant_mef_finds_framework_and_programme_of_its_reference_mef(
    office, w, tmp_path
):
    path = str(write(tmp_path, "lsl.xml", lsl()))
    assert office("import", "lsl-nomenclature", path).code == 0
    variant = {1: pupil(1, CODE_MEF="24725520322"), 2: pupil(2, CODE_MEF="2472552032A")}
    assert import_siecle(office, tmp_path, variant).json["added"] == 2
    compute_lights(w.store)
    said = office("status", "1MELEC1").out
    assert "9001, 9002" in " ".join(said.split())
    assert "Référentiel de compétences inconnu" not in said
    with w.store.reading() as connection:
        pupils = set(connection.execute(sa.select(t.booklet.c.mef_code)).scalars())
        programmes = set(connection.execute(sa.select(t.programme.c.mef_code)).scalars())
    assert pupils == programmes == {"2472552032"}


def test_pain_06_two_services_of_one_subject_make_one_subject_with_both_teachers(
    office, w, store, tmp_path
):
    school = a_school(store, pupil_count=1)
    two = sts_division("1MELEC1", service("1"), service("2"), service("1"))
    text = sts(individual("1", NOM_USAGE="UN") + individual("2", NOM_USAGE="DEUX"), two)
    path = str(write(tmp_path, "sts_emp.xml", text))
    assert office("import", "sts", path, *YEAR).code == 0
    assert offered(office) == ["DEUX", "UN"]
    names = ("--teacher", "UN, Inès", "--teacher", "DEUX, Inès")
    assert office("booklet", "set", str(school.booklet_ids[0]), *names).code == 0
    (one,) = document_of(w, school.division_id).pupils
    (found,) = one.years[0].evaluations
    assert [teacher.last_name for teacher in found.teachers] == ["UN", "DEUX"]


def test_pain_13_a_file_whose_encoding_is_not_the_declared_one_is_refused_whole(
    office, w, tmp_path
):
    text = document(pupil(1, PRENOM="Zoë"), structures(1), declared="UTF-8")
    path = str(siecle(tmp_path, text))
    answer = office("import", "siecle", path, *YEAR)
    assert (answer.code, students(w)) == (1, 0)
    assert "l'encodage déclaré n'est pas celui du fichier" in answer.err
    siecle(tmp_path, text, encoding="utf-8")
    assert office("import", "siecle", path, *YEAR).code == 0
    with w.store.reading() as connection:
        assert connection.execute(sa.select(t.student.c.first_name)).scalar_one() == "Zoë"


def test_pain_24_the_wrong_export_is_called_by_its_name_and_a_zip_is_opened(office, w, tmp_path):
    wrong = sts_import(office, tmp_path, sts(root="EDT_STS"))
    assert wrong.code == 1
    assert "emploi du temps destiné à STS" in wrong.err
    assert "sts_emp_UAI_ANNEE.xml" in wrong.err
    inside = document(pupil(2), structures(2)).encode("iso-8859-15")
    path = zipped(tmp_path, ("ElevesSansAdresses.xml", inside))
    assert office("import", "siecle", str(path), *YEAR, "--json").json["added"] == 1
    assert "lslpro import siecle" in office("import", "booklets", str(path), *YEAR).err


def test_pain_25_a_file_a_thousand_times_larger_takes_no_more_memory(tmp_path):
    small = siecle(tmp_path, document(pupil(1), structures(1)))
    address = "<RESPONSABLE><LIGNE1>1 rue de l'Essai</LIGNE1></RESPONSABLE>" * 20
    lines = (pupil(1), f"<ADRESSES>{address}</ADRESSES>\n" * 40_000)
    large = tmp_path / "ElevesAvecAdresses.xml"
    large.write_text(document("".join(lines), structures(1)), encoding="iso-8859-15")
    assert large.stat().st_size > 40 * 1024 * 1024
    counts, peaks = zip(*(map(int, _read_apart(path)) for path in (small, large)), strict=True)
    assert counts == (1, 1)
    assert peaks[1] - peaks[0] < MOST_MB


def _read_apart(path):
    """Count of pupils and megabytes at most, of a process that reads nothing else."""
    command = [sys.executable, "-c", READS, str(path)]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()


@pytest.mark.parametrize("function", [None, "", "ENS"])
def test_pain_28_a_teacher_without_function_who_bears_a_service_is_offered(
    office, tmp_path, function
):
    people = individual("1", NOM_USAGE="CONGE", FONCTION=function)
    people += individual("2", NOM_USAGE="RETRAITE", FONCTION=None)
    text = sts(people, sts_division("1MELEC1", service("1")))
    assert sts_import(office, tmp_path, text).code == 0
    assert offered(office) == ["CONGE"]


def test_pain_29_a_modality_beyond_s_o_f_is_told_at_entry_and_never_in_a_file(
    office, w, store, tmp_path
):
    school = a_school(store, pupil_count=1)
    text = nomenclature(programmes=programme() + programme(modality="L"))
    path = str(write(tmp_path, "Nomenclature.xml", text))
    (told,) = office("import", "nomenclature", path, *YEAR, "--json").json["problems"]
    assert told["code"] == "modality_outside"
    poison(store, school.division_id, "L")
    job = exported(w, school.division_id, PLAIN)
    assert (job.state, versions_of(w, school.division_id)) == (JobState.FAILED, [])
