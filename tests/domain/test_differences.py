from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain.differences import Presence, differences, header_changes
from pipeline.domain.document import Document
from pipeline.domain.fields import fields_of
from tests.xml import documents as built
from tests.xml.generated import documents

FILES = documents(st.integers(1, 4))
laws = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@laws
@given(FILES)
def test_nothing_differs_from_itself_in_any_order(document: Document) -> None:
    turned = replace(document, pupils=document.pupils[::-1])
    assert differences(document, turned) == ()
    assert header_changes(document, turned) == ()


@laws
@given(FILES, FILES)
def test_the_changes_make_the_second_of_the_first(first: Document, second: Document) -> None:
    held = {one.siecle_id: fields_of(one) for one in first.pupils}
    for siecle_id, presence, changes in differences(first, second):
        fields = held.setdefault(siecle_id, {})
        for place, before, after in changes:
            assert fields.pop(place, None) == before
            if after is not None:
                fields[place] = after
        assert bool(fields) == (presence is not Presence.REMOVED)
    expected = {one.siecle_id: fields_of(one) for one in second.pupils}
    assert {siecle_id: fields for siecle_id, fields in held.items() if fields} == expected


def test_pupils_of_one_side_only_are_told_as_such() -> None:
    one, two = (replace(built.PUPIL, siecle_id=n) for n in (1, 2))
    found = differences(built.with_pupils(two), built.with_pupils(one))
    assert [(each.siecle_id, each.presence) for each in found] == [
        (1, Presence.ADDED), (2, Presence.REMOVED)
    ]  # fmt: skip


def test_the_header_is_compared_too() -> None:
    (found,) = header_changes(built.DOCUMENT, built.document(application="AUTRE"))
    assert (found.place.name, found.before, found.after) == (
        "application", "LIVRET-DEMO 1.0", "AUTRE"
    )  # fmt: skip
