"""The layers of the house: an arrow only goes down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.house.source import OWN, Module, imports, product

LAYERS = {
    "pipeline": 0,  # the package itself holds a docstring
    "pipeline.crash": 0,
    "pipeline.domain": 0,
    "pipeline.errors": 0,
    "pipeline.field_labels": 0,
    "pipeline.labels": 0,
    "pipeline.receiver": 0,
    "pipeline.sheet_notice": 0,
    "pipeline.artifacts": 1,
    "pipeline.demo_school": 1,
    "pipeline.embedded": 1,
    "pipeline.exchange": 1,
    "pipeline.heartbeat": 1,
    "pipeline.queue": 1,
    "pipeline.passwords": 1,
    "pipeline.secret_key": 1,
    "pipeline.settings": 1,  # the adapter of the environment
    "pipeline.store": 1,
    "pipeline.waiting": 1,
    "pipeline.watch": 1,
    "pipeline.xml": 1,
    "pipeline.booklet_writer": 2,
    "pipeline.booklets": 2,
    "pipeline.account_list": 2,
    "pipeline.account_rules": 2,
    "pipeline.accounts": 2,
    "pipeline.desk": 2,
    "pipeline.invitations": 2,
    "pipeline.logging_in": 2,
    "pipeline.one_time": 2,
    "pipeline.password_change": 2,
    "pipeline.sessions": 2,
    "pipeline.tokens": 2,
    "pipeline.tries": 2,
    "pipeline.compare": 2,
    "pipeline.export": 2,
    "pipeline.export_build": 2,
    "pipeline.export_finish": 2,
    "pipeline.export_run": 2,
    "pipeline.import_changes": 2,
    "pipeline.import_divisions": 2,
    "pipeline.import_identities": 2,
    "pipeline.import_frameworks": 2,
    "pipeline.import_lsl": 2,
    "pipeline.import_nomenclature": 2,
    "pipeline.import_origin": 2,
    "pipeline.import_cells": 2,
    "pipeline.import_lines": 2,
    "pipeline.import_pupils": 2,
    "pipeline.import_reports": 2,
    "pipeline.import_structures": 2,
    "pipeline.import_sts": 2,
    "pipeline.import_tables": 2,
    "pipeline.import_words": 2,
    "pipeline.imports": 2,
    "pipeline.levels": 2,
    "pipeline.nightly": 2,
    "pipeline.preflight": 2,
    "pipeline.preview": 2,
    "pipeline.recompute": 2,
    "pipeline.sent": 2,
    "pipeline.sheets": 2,
    "pipeline.upkeep": 2,
    "pipeline.uploads": 2,
    "pipeline.verify": 2,
    "pipeline.wiring": 2,
    "celeryconfig": 3,
    "pipeline.cli": 3,
    "tasks": 3,
    "web": 3,
}
UPWARD = {
    ("pipeline.queue", "celeryconfig"): "a sender and the workers read the same file",
}
BETWEEN_ADAPTERS = {
    ("pipeline.waiting", "pipeline.embedded"): "a lock file is held in one way",
    ("pipeline.watch", "pipeline.queue"): "the names of the queues, and how patient a sender is",
    ("pipeline.store", "pipeline.queue"): "the unit of work collects Message values",
    ("pipeline.demo_school", "pipeline.exchange"): "the demo writes the columns that are read",
    ("pipeline.settings", "pipeline.embedded"): "without a URL, the embedded broker's socket",
    ("pipeline.settings", "pipeline.secret_key"): "without a key, the home folder's",
}
BETWEEN_DOORS = {
    ("tasks", "celeryconfig"): "the application's settings",
    ("pipeline.cli", "celeryconfig"): "the doctor asks the workers with the same settings",
    ("pipeline.cli", "web"): "`openapi` prints the document that the API serves",
}
ONLY_AS_PARAMETER = {  # made at the doors; below them this type alone is known, and only there
    "pipeline.settings": ("pipeline.settings.Settings", {"pipeline.wiring"}),
    "pipeline.wiring": ("pipeline.wiring.Wiring", {key for key, at in LAYERS.items() if at == 2}),
}


@dataclass(frozen=True)
class Arrow:
    """One import of the house by the house."""

    source: str
    target: str
    name: str
    place: str

    def __str__(self) -> str:
        return f"{self.place} {self.source} imports {self.name}"


def component(name: str) -> str:
    """The entry of LAYERS that holds a module or a name of it: the longest that fits."""
    while name not in LAYERS and name:
        name = name.rpartition(".")[0]
    return name


def arrows(modules: Sequence[Module]) -> Iterator[Arrow]:
    for one in modules:
        for name, node in imports(one):
            if name.partition(".")[0] in OWN:
                yield Arrow(component(one.name), component(name), name, one.at(node))


def without_layer(modules: Sequence[Module]) -> list[str]:
    return [one.path for one in modules if component(one.name) in {"", "pipeline"} - {one.name}]


def not_down(modules: Sequence[Module]) -> list[Arrow]:
    """Arrows to a higher layer, to another adapter or to another door, none of them listed."""
    allowed = UPWARD | BETWEEN_ADAPTERS | BETWEEN_DOORS
    return [
        arrow for arrow in arrows(modules) if sideways_or_up(arrow) and _ends(arrow) not in allowed
    ]


def sideways_or_up(arrow: Arrow) -> bool:
    here, there = LAYERS[arrow.source], LAYERS[arrow.target]
    return there > here or (there == here in {1, 3} and arrow.source != arrow.target)


def _ends(arrow: Arrow) -> tuple[str, str]:
    return arrow.source, arrow.target


def not_handed_down(modules: Sequence[Module]) -> list[Arrow]:
    """Imports below the doors of what the doors make, other than its type by those who take it."""
    return [
        arrow
        for arrow in arrows(modules)
        if arrow.target in ONLY_AS_PARAMETER and LAYERS[arrow.source] < 3
        if arrow.source != arrow.target
        and not (
            arrow.name == ONLY_AS_PARAMETER[arrow.target][0]
            and arrow.source in ONLY_AS_PARAMETER[arrow.target][1]
        )
    ]


def test_every_module_has_a_layer() -> None:
    found = without_layer(product())
    assert not found, f"give each a layer in LAYERS: {found}"


def test_every_layer_has_its_module() -> None:
    assert set(LAYERS) == {component(one.name) for one in product()}


def test_an_arrow_only_goes_down() -> None:
    found = not_down(product())
    assert not found, "\n".join(map(str, found))


def test_the_pipeline_never_imports_the_tasks() -> None:
    found = [arrow for arrow in arrows(product()) if arrow.target == "tasks" != arrow.source]
    assert not found, "\n".join(map(str, found))


def test_settings_and_wiring_are_handed_down() -> None:
    found = not_handed_down(product())
    assert not found, "\n".join(map(str, found))


def test_every_exception_is_needed() -> None:
    needed = {_ends(arrow) for arrow in arrows(product()) if sideways_or_up(arrow)}
    assert set(UPWARD | BETWEEN_ADAPTERS | BETWEEN_DOORS) <= needed
