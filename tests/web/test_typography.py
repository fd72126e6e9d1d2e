"""A sign never starts a line apart from its word, and nothing that is typed or copied changes."""

from __future__ import annotations

import pytest

from tests.web.forms import booklet
from web.typography import unbroken


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        (
            "<p>Fichier : prêt ; « oui » ?</p>",
            "<p>Fichier\u00a0: prêt\u00a0; «\u00a0oui\u00a0»\u00a0?</p>",
        ),
        ("<b>Version</b> : 3 (52 %)", "<b>Version</b>\u00a0: 3 (52\u00a0%)"),
        ("le 2 à 9 h 05.", "le 2 à 9\u00a0h\u00a005."),
        ("http://a:80; b:c", "http://a:80; b:c"),
    ],
)
def test_the_space_before_a_high_sign_breaks_no_line(html: str, shown: str) -> None:
    assert unbroken(html) == shown


@pytest.mark.parametrize(
    "html",
    [
        '<input value="Assidu : oui ; « bien »">',
        "<textarea>\nAssidu : oui ?\nEncore !</textarea>",
        "<code>a : b</code>",
    ],
)
def test_what_is_typed_or_copied_stays_to_the_letter(html: str) -> None:
    assert unbroken(html) == html


def test_a_text_goes_through_the_page_of_a_booklet_to_the_letter(as_teacher, ids) -> None:
    text = "Assidu : oui ; « bien » ?"
    green = ids.own.booklets["green"]
    assert booklet(as_teacher, green).send(appreciation=text).status_code == 303
    assert booklet(as_teacher, green)["appreciation"] == text
