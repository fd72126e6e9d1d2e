"""The pages of divisions: lights in words, every missing item named, reasons where grey."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa

from pipeline.store import rows as t
from pipeline.wiring import Wiring
from tests.usecases.exporting import execute, set_marks, statements_of
from tests.web.browsing import Browser
from tests.web.permissions.head import FORM, choice
from tests.web.school import DIPLOMA, Ids


@pytest.fixture
def base(ids: Ids) -> str:
    return "/lsl/{uai}/{annee}/{diplome}".format(**choice(ids.own))


def page(browser: Browser, url: str, status: int = 200) -> str:
    answer = browser.get(url)
    assert answer.status_code == status, answer.text[:500]
    return answer.text


def plain(html: str) -> str:
    """The words of a page, as they are read."""
    main = html[html.index("<main") : html.index("</main>")]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))


def tag(html: str, part: str) -> str:
    """The tag that holds this text."""
    found = re.search(rf"<[^<>]*{part}[^<>]*>", html)
    assert found, part
    return found[0]


def without_periodicity(w: Wiring, ids: Ids) -> None:
    s = t.level_settings
    with w.store.writing() as unit:
        unit.connection.execute(
            sa.update(s).where(s.c.school_uai == ids.own.uai).values(periodicity=None)
        )


# ---- choice


def test_the_choice_names_each_diploma_of_ones_school(as_head: Browser, ids: Ids) -> None:
    html = page(as_head, "/diplomes")
    for address in re.findall(r'href="(/lsl/[^"]+)"', html):
        assert ids.own.uai in address
        page(as_head, address)
    assert len(re.findall('href="/lsl/', html)) == 3
    assert ids.other.uai not in html


def test_with_one_diploma_there_is_no_choice(as_teacher: Browser, base: str) -> None:
    answer = as_teacher.get("/diplomes")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{base}/divisions")


def test_without_any_division_the_page_says_who_can_help(
    as_head: Browser, w: Wiring, ids: Ids
) -> None:
    person = ids.people["head"].account_id
    execute(w.store, "DELETE FROM account_school WHERE account_id = :id", id=person)
    assert "administrateur" in plain(page(as_head, "/diplomes"))


# ---- divisions


def test_a_division_is_told_with_counts_version_and_what_changed(
    as_head: Browser, w: Wiring, ids: Ids, base: str
) -> None:
    words = plain(page(as_head, f"{base}/divisions"))
    assert "1MELEC1 Première 2 2 6 0 Version 2" in words
    assert "Données modifiées depuis «" not in words
    set_marks(w.store, [ids.own.booklets["green"]], 1111)
    words = plain(page(as_head, f"{base}/divisions"))
    assert "1MELEC1 Première 2 2 5 1 Version 2" in words
    assert words.count("Données modifiées depuis") == 2  # the line's, and what it means


def test_a_teacher_sees_lights_and_no_control_of_files(
    as_teacher: Browser, ids: Ids, base: str
) -> None:
    for url in (f"{base}/divisions", f"/divisions/{ids.own.division_id}"):
        html = page(as_teacher, url)
        assert "Rouge" in html
        assert "/exports" not in html
        assert "/versions/" not in html
        assert "/configuration" not in html


# ---- one division


def test_every_missing_item_is_named_and_linked_to_its_field(as_head: Browser, ids: Ids) -> None:
    html = page(as_head, f"/divisions/{ids.own.division_id}")
    red = re.findall(r'href="/livrets/(\d+)#moyenne-1"', html)[0]
    for field in ("moyenne-1", "enseignants", "appreciation", "pfmp", "competence-9001"):
        assert f'href="/livrets/{red}#{field}"' in html
    assert "C13 Communiquer avec le client/usager" in html
    assert html.count(f"/livrets/{red}#competence-") == 13


def test_squares_go_with_words(as_head: Browser, ids: Ids) -> None:
    html = page(as_head, f"/divisions/{ids.own.division_id}")
    for words in ("Rouge : non exportable", "Orange : exportable, incomplet", "Vert : complet"):
        assert words in plain(html)
    assert html.count('class="square"') == html.count('class="square" aria-hidden="true"')


def test_all_red_greys_the_button_with_its_reason_and_the_request_is_refused_with_it(
    as_head: Browser, ids: Ids
) -> None:
    url = f"/divisions/{ids.own.divisions['1AGORA É&2']}"
    html = page(as_head, url)
    button = tag(html, 'id="exporter"')
    assert "disabled" in button
    assert 'aria-describedby="raison"' in button
    assert "Tous les élèves sont en rouge" in html[html.index('id="raison"') :][:300]
    answer = as_head.post_form(f"{url}/exports", FORM)
    assert answer.status_code == 409
    assert "aucun élève exportable sur 11" in plain(answer.text)


def test_without_periodicity_the_reason_leads_to_the_configuration(
    as_head: Browser, w: Wiring, ids: Ids, base: str
) -> None:
    without_periodicity(w, ids)
    html = page(as_head, f"/divisions/{ids.own.division_id}")
    assert "disabled" in tag(html, 'id="exporter"')
    assert f'<a href="{base}/configuration">' in html
    answer = as_head.post_form(f"/divisions/{ids.own.division_id}/exports", FORM)
    assert answer.status_code == 409
    assert "Configuration" in plain(answer.text)
    assert page(as_head, f"{base}/divisions").count("disabled") == 1
    assert as_head.post_form(f"{base}/exports", FORM).status_code == 409


def test_an_empty_division_says_so(as_head: Browser, w: Wiring, ids: Ids) -> None:
    division_id = ids.own.division_id
    execute(w.store, "UPDATE booklet SET status_code = 'AP' WHERE division_id = :id",
            id=division_id)  # fmt: skip
    html = page(as_head, f"/divisions/{division_id}")
    assert "Aucun élève sous statut scolaire" in plain(html)
    assert "disabled" in tag(html, 'id="exporter"')
    assert as_head.post_form(f"/divisions/{division_id}/exports", FORM).status_code == 409


def test_a_gap_of_the_secretariat_says_who_acts_and_leads_nowhere(
    as_head: Browser, w: Wiring, ids: Ids
) -> None:
    execute(w.store, "UPDATE completeness SET gaps = '[[\"siecle_id_missing\",\"mandatory\",\"\"]]'"
            " WHERE booklet_id = :id", id=ids.own.booklets["red"])  # fmt: skip
    html = page(as_head, f"/divisions/{ids.own.division_id}")
    assert "Le secrétariat corrige dans SIECLE" in html
    assert f"/livrets/{ids.own.booklets['red']}#" not in html


def test_the_draft_is_said_not_to_be_the_ministry_s(as_head: Browser, ids: Ids) -> None:
    words = plain(page(as_head, f"/divisions/{ids.own.division_id}"))
    assert "Format de ce projet, pas celui du ministère" in words
    assert "LSL ne le prend pas" in words


@pytest.mark.parametrize("url", ["/divisions/0", "/divisions/2147483648", "/versions/99999999999",
                                 "/demandes/%00", "/lsl/%00/1/x/divisions", "/suivi?d=%00",
                                 "/lsl/0999999Z/99999999999999999999/25520/divisions"])  # fmt: skip
def test_what_is_not_there_is_a_page_in_french(as_head: Browser, url: str) -> None:
    assert "introuvable" in page(as_head, url, 404)


def test_a_text_of_a_pupil_is_never_markup(as_head: Browser, w: Wiring, ids: Ids) -> None:
    hostile = "<script>alert(1)</script>"
    execute(w.store, "UPDATE student SET last_name = :name", name=hostile)
    html = page(as_head, f"/divisions/{ids.own.division_id}")
    assert hostile not in html
    assert "&lt;script&gt;alert(1)" in html


# ---- statements


def of_page(w: Wiring, browser: Browser, url: str) -> int:
    with statements_of(w.store) as found:
        page(browser, url)
    return len([one for one in found if one.startswith("SELECT")])


def test_the_pages_send_as_many_statements_for_many_as_for_few(
    as_head: Browser, w: Wiring, ids: Ids, base: str
) -> None:
    set_marks(w.store, [ids.own.booklets["green"]], 1111)
    urls = [f"{base}/divisions", f"/divisions/{ids.own.division_id}"]
    few = [of_page(w, as_head, url) for url in urls]
    more(w, ids)
    many = [of_page(w, as_head, url) for url in urls]
    assert few == many
    assert max(many) < 20


def more(w: Wiring, ids: Ids) -> None:
    """Forty divisions in place of one, and thirty-five pupils in that one."""
    with w.store.writing() as unit:
        connection = unit.connection
        for n in range(39):
            connection.execute(sa.insert(t.division).values(
                school_uai=ids.own.uai, start_year=ids.own.start_year, diploma_code=DIPLOMA,
                level="premiere", code=f"1X{n}", label=f"1X{n}"))  # fmt: skip
        for n in range(25):
            pupil: dict[str, Any] = {"school_uai": ids.own.uai, "siecle_id": 90_000 + n}
            made = connection.execute(
                sa.insert(t.student).values(last_name=f"A{n}", first_name="B", **pupil)
            ).inserted_primary_key
            connection.execute(sa.insert(t.booklet).values(
                student_id=made[0], start_year=ids.own.start_year, division_id=ids.own.division_id,
                mef_code="2472552032", status_code="ST"))  # fmt: skip
