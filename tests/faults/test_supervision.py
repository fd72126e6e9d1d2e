"""The supervisor's promises, attacked on real processes."""

import dataclasses
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from pipeline.embedded.supervisor import AlreadyServing, ProcessSpec, Supervisor, lock
from pipeline.errors import Unavailable
from tests.polling import is_gone, until

pytestmark = pytest.mark.faults

SLEEPER = "import signal; print('up', flush=True); signal.pause()"
DEAF = "import signal; signal.signal(15, signal.SIG_IGN); print('up', flush=True)\nwhile 1: signal.pause()"  # noqa: E501
FAMILY = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {DEAF!r}]).wait()"
SERVE = """
import os, sys
from pathlib import Path
from pipeline.embedded.supervisor import ProcessSpec, Supervisor, lock
home, code, grace_s = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
log = home / "logs" / "child.log"
spec = ProcessSpec("child", [sys.executable, "-c", code], os.environ, log, grace_s=grace_s)
with lock(home):
    Supervisor([spec], lambda line: print(line, flush=True)).run()
"""


def up_count(log):
    return log.read_text().count("up") if log.exists() else 0


@pytest.fixture
def said():
    return []


@pytest.fixture
def tree(tmp_path, said):
    made = []

    def make(*codes, **options):
        specs = [
            ProcessSpec(
                name=f"child{number}",
                command=[sys.executable, "-c", code],
                environment=os.environ,
                log_path=tmp_path / "logs" / f"child{number}.log",
                **({"grace_s": 5.0} | options),
            )
            for number, code in enumerate(codes)
        ]
        made.append(Supervisor(specs, said.append))
        return made[-1]

    yield make
    for supervisor in made:
        supervisor.stop()


@pytest.fixture
def serve(tmp_path):
    made = []

    def start(code, grace_s=5.0):
        command = [sys.executable, "-c", SERVE, str(tmp_path), code, str(grace_s)]
        made.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        pid = int(made[-1].stdout.readline().split("pid ")[1].rstrip(")\n"))
        until(lambda: up_count(tmp_path / "logs" / "child.log"))
        return made[-1], pid

    yield start
    for process in made:
        process.kill()
        process.communicate()


def test_a_killed_child_is_reported_and_restarted(tree, said):
    supervisor = tree(SLEEPER)
    supervisor.start()
    first = supervisor.pids()["child0"]
    os.kill(first, signal.SIGKILL)
    until(lambda: supervisor.poll_once() or supervisor.pids().get("child0", first) != first)
    assert said[1] == "child0 s'est arrêté (code -9), reprise dans 1 s"
    assert said[2].startswith("child0 démarré")


def test_a_child_that_keeps_dying_is_restarted_less_and_less_often(tree, said):
    supervisor = tree("raise SystemExit(3)")
    supervisor.start()
    until(lambda: supervisor.poll_once() or len(said) >= 6)
    assert [line.split(", ")[1] for line in said if "reprise" in line] == [
        f"reprise dans {wait} s" for wait in (1, 2, 4)
    ]


def test_a_command_that_vanished_is_reported_and_tried_again(tree, said, tmp_path):
    supervisor = tree(SLEEPER)
    command = tmp_path / "tool"
    command.symlink_to(sys.executable)
    supervisor.specs[0].command[0] = str(command)
    supervisor.start()
    command.unlink()
    os.kill(supervisor.pids()["child0"], signal.SIGKILL)
    until(lambda: supervisor.poll_once() or "ne démarre pas" in said[-1])
    command.symlink_to(sys.executable)
    until(lambda: supervisor.poll_once() or supervisor.pids())
    assert list(supervisor.pids()) == ["child0"]


def test_stop_ends_in_reverse_order_and_leaves_no_process(tree, said):
    supervisor = tree(SLEEPER, SLEEPER, SLEEPER)
    supervisor.start()
    pids = list(supervisor.pids().values())
    supervisor.stop()
    assert said[3:] == ["child2 arrêté", "child1 arrêté", "child0 arrêté"]
    assert all(is_gone(pid) for pid in pids)


def test_a_deaf_child_is_killed_within_its_grace(tree, tmp_path):
    supervisor = tree(DEAF, grace_s=0.5)
    supervisor.start()
    until(lambda: up_count(tmp_path / "logs" / "child0.log"))
    pid, started_at = supervisor.pids()["child0"], time.monotonic()
    supervisor.stop()
    assert is_gone(pid)
    assert 0.5 <= time.monotonic() - started_at < 5


@pytest.mark.parametrize("by_a_crash", [False, True])
def test_grandchildren_end_with_their_group(tree, tmp_path, by_a_crash):
    supervisor = tree(FAMILY)
    supervisor.start()
    until(lambda: up_count(tmp_path / "logs" / "child0.log"))
    pid = supervisor.pids()["child0"]
    (grandchild,) = psutil.Process(pid).children()
    if by_a_crash:
        os.kill(pid, signal.SIGKILL)
        until(lambda: supervisor.poll_once() or supervisor.pids().get("child0") != pid)
    else:
        supervisor.stop()
    assert is_gone(grandchild.pid)


@pytest.mark.parametrize("code", [SLEEPER, "raise SystemExit(3)"])
def test_a_child_that_is_never_ready_stops_the_start_and_leaves_nothing(tree, code):
    supervisor = tree(code, SLEEPER, ready=lambda: False, ready_s=0.5)
    with pytest.raises(Unavailable, match=r"child0 n'a pas démarré, voir .*child0\.log"):
        supervisor.start()
    assert supervisor.pids() == {}


def test_the_next_child_waits_for_the_one_before(tree, said, tmp_path):
    log = tmp_path / "logs" / "child0.log"

    def ready():
        said.append("waiting")
        return up_count(log) > 0

    first, second = tree(SLEEPER, SLEEPER).specs
    supervisor = Supervisor([dataclasses.replace(first, ready=ready), second], said.append)
    supervisor.start()
    supervisor.stop()
    assert [line.split(" (")[0] for line in dict.fromkeys(said)][:3] == [
        "child0 démarré",
        "waiting",
        "child1 démarré",
    ]


def test_a_closed_terminal_leaves_no_child(tree):
    def closed(_line):
        raise BrokenPipeError

    supervisor = tree(SLEEPER)
    supervisor.report = closed
    supervisor.start()
    pid = supervisor.pids()["child0"]
    supervisor.stop()
    assert is_gone(pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_stops_its_children_on_a_signal(serve, number):
    process, pid = serve(SLEEPER)
    process.send_signal(number)
    assert process.wait(15) == 0
    assert is_gone(pid)
    assert "child arrêté" in process.stdout.read()


def test_a_second_ctrl_c_kills_at_once(serve):
    process, pid = serve(DEAF, grace_s=120.0)
    process.send_signal(signal.SIGINT)
    assert "Arrêt en cours" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.wait(15) == 0
    assert is_gone(pid)


def test_no_child_outlives_a_killed_supervisor_and_its_lock_goes_too(serve, tmp_path):
    process, pid = serve(DEAF)
    process.kill()
    process.wait()
    until(lambda: is_gone(pid))
    with lock(tmp_path):
        assert is_gone(pid)


def test_a_second_serve_on_the_folder_is_refused(tmp_path):
    with lock(tmp_path), pytest.raises(AlreadyServing, match="tourne déjà"), lock(tmp_path):
        pass
    with lock(tmp_path):
        pass
