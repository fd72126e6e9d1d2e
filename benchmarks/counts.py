"""How many statements a batch sends: facts that do not depend on the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from benchmarks import school
from benchmarks.results import Figure, fact
from benchmarks.stage import Stage
from pipeline import export, export_run, recompute
from pipeline.store.unit import Store


def run(stage: Stage) -> Iterator[Figure]:
    """Statements of an export batch and of a recompute, for one and for many."""
    wiring, store = stage.wiring, stage.wiring.store
    quiet = Store(stage.settings.effective_database_url, lambda _messages: None)
    divisions, booklets = school.division_ids(store), school.booklet_ids(store)
    for size in (1, export.BATCH):
        profile, now = stage.settings.default_profile, wiring.now()
        ids = [export.request(quiet, d, profile, by="bench", now=now) for d in divisions[:size]]
        count = _counted(store, lambda ids=ids: export_run.run(wiring, ids))  # type: ignore[misc]
        yield fact("statements", stage.kind, f"export of {size} division(s)", count, "statements")
    for size in (1, 50):
        chosen = booklets[:size]
        count = _counted(
            store,
            lambda chosen=chosen: recompute.run(  # type: ignore[misc]
                store, chosen, limits=wiring.limits, now=wiring.now
            ),
        )
        yield fact("statements", stage.kind, f"recompute of {size} booklet(s)", count, "statements")
    quiet.engine.dispose()


def _counted(store: Store, act: Callable[[], Any]) -> int:
    """The statements sent meanwhile, BEGIN and COMMIT not counted."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    sa.event.listen(store.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", note)
    return len(seen)
