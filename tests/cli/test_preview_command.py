"""`lslpro preview` by its real door."""

from __future__ import annotations

import pytest

from tests.cli.test_diff_command import DIVISION, produced

STRICT = ("--profile", "lsl-1.0")


def got(lslpro, folder, version="1", profile=STRICT):
    answer = lslpro("artifacts", "get", DIVISION, version, *profile, "--to", str(folder))
    return folder / answer.out.strip().rsplit("/", 1)[-1]


@pytest.fixture
def file(school, tmp_path):
    """A file of the division, produced and written out."""
    produced(school, *STRICT)
    return got(school, tmp_path)


def test_a_first_file_is_all_new_and_a_sent_one_changes_nothing(school, file):
    first = school("preview", str(file), "--json")
    assert (first.code, first.err) == (0, "")
    assert first.json["counts"]["new"] == first.json["total"] == first.json["taken"] > 1
    assert "lslpro sent" in school("preview", str(file)).out
    school("sent", DIVISION, "1", *STRICT)
    again = school("preview", str(file), "--json").json
    assert again["counts"]["unchanged"] == again["total"]
    assert again["progress"] == f"{again['total']} / {again['total']} (100 %)"


def test_people_see_who_changes_what_is_kept_and_how_many(school, file, tmp_path):
    school("sent", DIVISION, "1", *STRICT)
    pupils = school("status", DIVISION, "--json").json
    green = [str(one["id"]) for one in pupils if one["light"] == "green"]
    school("booklet", "set", green[0], "--average", "1=3,25", "--appreciation", "")
    school("booklet", "set", green[1], "--rating", "9001=")
    produced(school, *STRICT)
    answer = school("preview", str(got(school, tmp_path, "2")))
    out = " ".join(answer.out.split())
    shown = [school("booklet", "show", one, "--json").json["siecle_id"] for one in green[:2]]
    assert "moyenne, période 1" in out
    assert "3,25" in out
    assert f"élève {shown[0]} : 071100-S appréciation" in out
    assert "effacer ici n'efface pas là-bas" in out
    assert f"élève {shown[1]} : tout" in out
    assert "(100 %)" in out
    assert not [one for one in pupils if one["last_name"] in out]


def test_a_profile_that_is_not_the_ministrys_is_said_to_be_none(school, tmp_path):
    produced(school)
    path = got(school, tmp_path, profile=())
    assert "LSL ne prend pas ce profil" in school("preview", str(path)).out
    assert school("preview", str(path), "--json").json["official"] is False


@pytest.mark.faults
def test_a_refused_pupil_is_told_with_what_to_do_and_code_1(school, file):
    ids = [one["siecle_id"] for one in school("preview", str(file), "--json").json["pupils"]]
    file.write_bytes(file.read_bytes().replace(b'id="%d"' % ids[0], b'id="7"'))
    answer = school("preview", str(file))
    assert answer.code == 1
    assert "vérifiez son identifiant dans SIECLE" in " ".join(answer.out.split())
    told = school("preview", str(file), "--json")
    assert (told.code, told.json["counts"]["refused"]) == (1, 1)


@pytest.mark.faults
def test_a_file_of_another_school_is_refused_whole(school, file):
    file.write_bytes(file.read_bytes().replace(b"0999999Z", b"0888888Y"))
    answer = school("preview", str(file))
    assert answer.code == 1
    assert "Refusé en entier" in answer.out
    assert "0999999Z" in answer.out
    told = school("preview", str(file), "--json").json
    assert (told["refusal"]["code"], told["pupils"]) == ("wrong_school", [])


@pytest.mark.faults
@pytest.mark.parametrize("spoil", [b"", b"<a/>", b"SECRET"])
def test_what_lsl_could_not_read_is_refused_on_standard_error(school, file, spoil):
    file.write_bytes(spoil)
    answer = school("preview", str(file))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"lslpro : Fichier {file.name} : ")
    assert "SECRET" not in answer.err
