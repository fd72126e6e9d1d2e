"""`python -m benchmarks`: which cases, on which databases, how large, shown how."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

USUAL = ("statements", "light", "edit", "mass", "pages", "nightly")
CASES = (*USUAL, "growth", "siecle")
DATABASES = ("sqlite", "postgresql")


def arguments() -> argparse.Namespace:
    """What the caller chose."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="name",
        help=f"{', '.join(CASES)}; all but the last two if none is given",
    )
    parser.add_argument("--database", choices=DATABASES, action="append", help="both if not given")
    parser.add_argument("--divisions", type=int, default=200, help="of the nightly (200)")
    parser.add_argument("--rounds", type=int, default=3, help="pairs of the nightly and mass (3)")
    parser.add_argument("--pairs", type=int, default=200, help="pairs of light and edit (200)")
    parser.add_argument("--large", action="store_true", help="growth goes up to 5,000 divisions")
    parser.add_argument("--json", action="store_true", help="one JSON value, no table")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(CASES):
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    chosen.names = chosen.names or USUAL
    return chosen


@contextmanager
def _home() -> Iterator[Path]:
    """A folder of our own with a running broker; the product's settings point to it."""
    for name in [one for one in os.environ if one.startswith("LSLPRO_")]:
        del os.environ[name]
    for name in ("DATABASE_URL", "BROKER_URL"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="lslpro-bench-") as folder:
        os.environ["LSLPRO_HOME"] = folder
        (Path(folder) / "run").mkdir()
        from pipeline.embedded.broker import EmbeddedBroker

        with EmbeddedBroker(Path(folder)):
            yield Path(folder)


def main() -> None:
    """Run the cases; show each figure as it is known, or all as JSON at the end."""
    chosen = arguments()
    with _home() as home:
        import structlog

        from benchmarks import results
        from benchmarks.cases import figures

        structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr),
                            wrapper_class=structlog.make_filtering_bound_logger(30))  # fmt: skip
        found = []
        with ExitStack() as held:
            for kind in chosen.database or DATABASES:
                for figure in figures(held, kind, home, chosen):
                    found.append(figure)
                    if not chosen.json:
                        print(results.line(figure), flush=True)
        if chosen.json:
            print(json.dumps(results.as_json(found), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
