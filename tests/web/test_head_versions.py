"""Versions on pages: downloads, damaged files, what differs, uploads, and which a file is."""

from __future__ import annotations

import base64
import hashlib

import pytest
import sqlalchemy as sa

from pipeline.store import rows as t
from pipeline.wiring import Wiring
from tests.usecases.exporting import exported
from tests.web.browsing import Browser
from tests.web.school import Ids
from tests.web.test_head_pages import page, plain


@pytest.fixture
def url(ids: Ids) -> str:
    return f"/versions/{ids.own.artifact_id}"


def audited(w: Wiring, action: str) -> list[dict[str, object]]:
    e = t.audit_event.c
    with w.store.reading() as connection:
        found = connection.execute(sa.select(e.actor, e.details).where(e.action == action))
        return [{"actor": row.actor, **row.details} for row in found]


def file_of(w: Wiring, ids: Ids):
    return w.artifacts.path(ids.own.sha256)


# ---- downloads


def test_a_download_has_its_name_type_and_digest(
    as_head: Browser, w: Wiring, ids: Ids, url: str
) -> None:
    answer = as_head.get(f"{url}/fichier")
    assert answer.headers["content-type"] == "application/xml"
    name = answer.headers["content-disposition"].removeprefix('attachment; filename="')
    assert name.startswith("LSLPRO_0999999Z_2026_1MELEC1_lslpro-draft-1_v002_")
    assert name.endswith('.xml"')
    digest = hashlib.sha256(answer.content).digest()
    assert answer.headers["etag"] == f'"{digest.hex()}"' == f'"{ids.own.sha256}"'
    told = base64.b64encode(digest).decode()
    assert answer.headers["repr-digest"] == f"sha-256=:{told}:"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_download_is_audited_by_ids_alone(
    as_head: Browser, w: Wiring, ids: Ids, url: str
) -> None:
    as_head.get(f"{url}/fichier")
    assert audited(w, "artifact_downloaded") == [{
        "actor": f"user:{ids.people['head'].account_id}", "artifact_id": ids.own.artifact_id,
        "division_id": ids.own.division_id, "version": 2,
    }]  # fmt: skip


@pytest.mark.parametrize("spoil", ["damaged", "missing"])
def test_a_damaged_file_is_never_served_and_the_page_says_what_to_do(
    as_head: Browser, w: Wiring, ids: Ids, url: str, spoil: str
) -> None:
    path = file_of(w, ids)
    data = path.read_bytes()
    path.unlink()
    if spoil == "damaged":
        path.write_bytes(data.replace(b"<", b" <", 1))
    answer = as_head.get(f"{url}/fichier")
    assert answer.status_code == 410
    assert "Demandez un nouvel export" in plain(answer.text)
    assert "content-disposition" not in answer.headers
    assert audited(w, "artifact_downloaded") == []
    html = page(as_head, url)
    assert f"{url}/fichier" not in html
    assert "Demander un nouvel export" in plain(html)
    exported(w, ids.own.division_id)
    assert as_head.get(f"{url}/fichier").content == data


def test_an_expired_version_is_gone(as_head: Browser, w: Wiring, ids: Ids) -> None:
    first = ids.own.artifact_ids[0]
    with w.store.writing() as unit:
        statement = sa.update(t.artifact).where(t.artifact.c.id == first)
        unit.connection.execute(statement.values(expired_at=w.now()))
    assert as_head.get(f"/versions/{first}/fichier").status_code == 410
    assert "durée de conservation" in plain(page(as_head, f"/versions/{first}"))


# ---- one version


def test_a_version_tells_what_it_holds_who_is_left_out_and_its_state(
    as_head: Browser, ids: Ids, url: str
) -> None:
    words = plain(page(as_head, url))
    for told in ("La plus récente", "MODÈLE-TYPE Anaïs", "Rouge : 2", "pas celui du ministère"):
        assert told in words
    words = plain(page(as_head, f"/versions/{ids.own.artifact_ids[0]}"))
    assert "Cette version est remplacée par la version 2." in words


def test_what_differs_is_told_by_pupil_and_field(as_head: Browser, ids: Ids, url: str) -> None:
    words = plain(page(as_head, f"{url}/ecarts"))
    assert "moyenne, période 1 6,37 12,34" in words
    assert "Aucune différence" in plain(page(as_head, f"{url}/ecarts?avec=maintenant"))
    page(as_head, f"/versions/{ids.own.artifact_ids[0]}/ecarts", 404)


def test_what_lsl_would_do_names_no_other_school(as_head: Browser, ids: Ids, url: str) -> None:
    html = page(as_head, f"{url}/apercu")
    assert "Traités : 8 / 8 (100 %)" in plain(html)
    assert ids.other.uai not in html


# ---- uploads


def test_an_upload_is_marked_with_the_report_kept_beside(
    as_head: Browser, ids: Ids, url: str
) -> None:
    report = {"bilan": ("../LSL_Bilan.xls", b"\xd0\xcf bilan", "application/vnd.ms-excel")}
    assert as_head.post_form(f"{url}/envoi", files=report).status_code == 303
    html = page(as_head, url)
    assert "Envoi marqué." in plain(html)
    assert "Envoyée le 24/11/2026" in plain(page(as_head, f"/divisions/{ids.own.division_id}"))
    sha = hashlib.sha256(report["bilan"][1]).hexdigest()
    answer = as_head.get(f"{url}/bilans/{sha}")
    assert answer.content == report["bilan"][1]
    assert answer.headers["content-type"] == "application/octet-stream"
    assert '_bilan_1.xls"' in answer.headers["content-disposition"]
    assert ".." not in answer.headers["content-disposition"]


def test_an_upload_is_marked_once_without_any_report(as_head: Browser, url: str) -> None:
    for said in ("Envoi marqué.", "L’envoi était déjà marqué."):
        assert as_head.post_form(f"{url}/envoi").status_code == 303
        assert said in plain(page(as_head, url))


def test_an_empty_report_marks_nothing(as_head: Browser, url: str) -> None:
    answer = as_head.post_form(f"{url}/envoi", files={"bilan": ("x.xls", b"", "text/plain")})
    assert answer.status_code == 422
    assert "pas encore marqué" in plain(page(as_head, url))


def test_a_report_of_another_school_s_head_is_out_of_reach(
    as_head: Browser, as_other_head: Browser, url: str
) -> None:
    as_head.post_form(f"{url}/envoi", files={"bilan": ("x.xls", b"bilan", "text/plain")})
    sha = hashlib.sha256(b"bilan").hexdigest()
    assert as_other_head.get(f"{url}/bilans/{sha}").status_code == 404
    assert as_head.get(f"{url}/bilans/{sha[:-1]}").status_code in {404, 422}


# ---- which version a file is


def verified(browser: Browser, name: str, data: bytes, status: int = 200) -> str:
    answer = browser.post_form("/verification", files={"fichier": (name, data, "text/xml")})
    assert answer.status_code == status
    return plain(answer.text)


def of_version(browser: Browser, artifact_id: int) -> tuple[str, bytes]:
    answer = browser.get(f"/versions/{artifact_id}/fichier")
    name = answer.headers["content-disposition"].partition('filename="')[2].strip('"')
    return name, answer.content


def test_of_two_files_the_newer_is_told(as_head: Browser, ids: Ids) -> None:
    old, new = (of_version(as_head, one) for one in ids.own.artifact_ids)
    words = verified(as_head, *old)
    assert "c’est la version 1 de 1MELEC1, intacte" in words
    assert "remplacée par la version 2" in words
    assert "C’est la plus récente" in verified(as_head, *new)


def test_a_modified_file_is_told_by_its_name_and_a_renamed_one_by_its_bytes(
    as_head: Browser, ids: Ids
) -> None:
    name, data = of_version(as_head, ids.own.artifact_id)
    assert "modifié depuis sa production" in verified(as_head, name, data + b" ")
    second = name.replace(".xml", " (1).xml")
    assert "modifié depuis sa production" in verified(as_head, second, data + b" ")
    words = verified(as_head, "copie.xml", data)
    assert "intacte" in words
    assert name in words


def test_a_file_of_another_school_is_unknown(
    as_head: Browser, as_other_head: Browser, ids: Ids
) -> None:
    name, data = of_version(as_other_head, ids.other.artifact_id)
    for given in (data, data + b" "):
        words = verified(as_head, name, given)
        assert "inconnu de vos établissements" in words
        assert "1MELEC1," not in words


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "<script>alert(1)</script>.xml",
        "a\r\nSet-Cookie: x=1.xml",
        "é" * 400,
        "C:\\x\\y.xml",
    ],
)
def test_a_hostile_name_does_no_harm(as_head: Browser, name: str) -> None:
    answer = as_head.post_form("/verification", files={"fichier": (name, b"x", "text/xml")})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "etc/" not in answer.text
    assert "x=1" not in answer.headers.get("set-cookie", "")


def test_no_file_and_one_too_large_are_told_so(as_head: Browser) -> None:
    assert as_head.post_form("/verification").status_code == 422
    large = b" " * (20 * 1024 * 1024 + 1)
    assert "plus de 20 Mo" in verified(as_head, "x.xml", large, 422)
    larger = as_head.post_form("/verification", files={"fichier": ("x", large * 2, "text/xml")})
    assert larger.status_code == 413
