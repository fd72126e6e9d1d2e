"""A scene of one fault: a database, a broker on a port, processes, and a ledger of promises."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil
from rowsbuilder import SchoolIds, a_school, compute_lights

from pipeline import booklets, export, recompute
from pipeline.domain.entry import Edit
from pipeline.domain.states import FINAL_STATES
from tests.faults.wire import Broker, Link, free_port
from tests.ledger import Ledger
from tests.oracle import dirty_count
from tests.polling import is_gone, wait_until
from tests.running import Running, job_rows, light_row, ticking

DRAFT = "lslpro-draft-1"
DRAINED_S = 150.0
COMMAND_S = 150.0  # of one command, which imports much, on a machine that does much else
LOOK_S = 0.1  # a look costs statements
COMMAND = "import sys; from pipeline.cli import main; sys.argv[0] = 'lslpro'; main()"
_numbers = itertools.count(1)


class Scene(Running):
    """What a row of the matrix plays in; everything it starts ends with it."""

    def __init__(
        self, home: Path, database_url: str, *, linked: bool = False, acl: Path | None = None
    ) -> None:
        self.broker = Broker(home / "broker-data", acl).start()
        self.link = Link(self.broker.port) if linked else None
        port = self.link.port if self.link else self.broker.port
        super().__init__(
            home, database_url, broker_url=self.broker.url_on(port), broker_prefix="lslpro:"
        )
        self.ledger = Ledger()

    @property
    def w(self) -> Any:
        """The adapters of this process."""
        return self.wiring

    def end(self) -> None:
        """End every process, the link and the broker."""
        self.stop()
        if self.link:
            self.link.close()
        self.broker.stop()

    def school(self, pupil_count: int = 3, *, code: str = "1MELEC1", **options: Any) -> SchoolIds:
        """A division of a school of its own, its lights computed."""
        uai = f"{next(_numbers):07d}F"
        made = a_school(
            self.w.store, uai=uai, pupil_count=pupil_count, division_code=code, **options
        )
        compute_lights(self.w.store, self.w.now())
        return made

    def edit(self, booklet_id: int, mark: int) -> None:
        """Change the first average, as a teacher does, and hold the product to it."""
        average = Decimal(mark % 2_001) / 100
        booklets.edit(
            self.w.store, booklet_id, Edit(averages={1: average}), based_on=None, actor="tests",
            limits=self.w.limits, now=self.w.now(),
        )  # fmt: skip
        self.ledger.edited(booklet_id, average)

    def ask(self, division_id: int, **options: Any) -> str:
        """Ask for an export, and hold the product to it."""
        options = {"by": "tests", "now": self.w.now()} | options
        return self.ledger.asked(export.request(self.w.store, division_id, DRAFT, **options))

    def job(self, job_id: str) -> Any:
        """The row of a job."""
        return job_rows(self.w, [job_id])[0]

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the product in a process of its own."""
        return subprocess.run(
            [sys.executable, "-c", COMMAND, *arguments], env=self.environment | variables,
            capture_output=True, text=True, timeout=COMMAND_S, check=False,
        )  # fmt: skip

    def serve(self) -> Path:
        """Start `lslpro serve`; its workers are up when this returns. Returns its output's path."""
        out = self.settings.home / "logs" / "serve.log"
        out.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-c", COMMAND, "serve", "--flower-port", str(free_port())]
        variables = self.environment | {"LSLPRO_WEB_PORT": str(free_port())}
        with out.open("ab") as file:
            self.processes["serve"] = subprocess.Popen(
                command, stdout=file, stderr=file, env=variables, start_new_session=True
            )
        for name in ("recompute", "export"):
            log = self.settings.home / "logs" / f"{name}.log"
            wait_until(
                lambda log=log: log.exists() and " ready." in log.read_text(), 60, f"{name}", LOOK_S
            )
        return out

    def served_pid(self, name: str) -> int:
        """The process id of a child of serve, once it lives."""
        out = self.settings.home / "logs" / "serve.log"

        def living() -> int:
            found = re.findall(rf"^{name} démarré \(pid (\d+)\)", out.read_text(), re.MULTILINE)
            return int(found[-1]) if found and not is_gone(int(found[-1])) else 0

        return wait_until(living, 60, f"serve to start {name} again", LOOK_S)

    def stopped_process(self, label: str) -> psutil.Process:
        """The process of a worker that stopped at its crash point: itself or a child."""
        main = psutil.Process(self.processes[label].pid)

        def stopped() -> psutil.Process | None:
            for one in (*main.children(recursive=True), main):
                if one.status() == psutil.STATUS_STOPPED:
                    return one
            return None

        found = wait_until(stopped, 60, f"{label} to stop at its point")
        assert found is not None
        return found

    def signal(self, label: str, number: int) -> None:
        """Send a worker's main process a signal."""
        os.kill(self.processes[label].pid, number)

    def wait_gone(self, label: str) -> None:
        """Wait until a worker has ended by itself."""
        process = self.processes[label]
        wait_until(lambda: process.poll() is not None, 120, f"{label} to end")
        self.kill(label)

    def wait_light(self, booklet_id: int) -> None:
        """Wait until a booklet's light is up to date, without any help."""

        def computed() -> bool:
            row = light_row(self.w, booklet_id)
            return bool(row.computed_revision == row.wanted_revision)

        wait_until(computed, DRAINED_S, f"the light of {booklet_id}", LOOK_S)

    def drain(self, *, helped: bool = True) -> None:
        """Wait until nothing is under way; `helped` ticks as beat does, from this process."""

        def tick() -> None:
            if helped:
                recompute.sweep(self.w.store, self.w.now())
                export.rescue(self.w.store, self.w.now())

        def done() -> bool:
            rows = job_rows(self.w, sorted(self.ledger.job_ids))
            return dirty_count(self.w) == 0 and all(row.state in FINAL_STATES for row in rows)

        wait_until(ticking(tick, done, 0.5), DRAINED_S, "everything to be done", LOOK_S)

    def judge(self) -> None:
        """Hold what is there against what was promised."""
        self.ledger.judge(self.w)


def terminate(process: psutil.Process) -> None:
    """SIGKILL, whatever state it is in."""
    process.send_signal(signal.SIGKILL)
    wait_until(lambda: is_gone(process.pid), 15, "the process to die")
