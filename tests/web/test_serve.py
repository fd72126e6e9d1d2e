"""The pages as a process of `lslpro serve`."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pipeline.cli.tree import PortTaken, pages, serve_all
from pipeline.settings import Settings


def test_a_port_that_is_taken_is_told_before_anything_starts(tmp_path: Path) -> None:
    said: list[str] = []
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings = Settings(home=tmp_path, web_port=other.getsockname()[1])
        with pytest.raises(PortTaken, match="LSLPRO_WEB_PORT"):
            serve_all(settings, said.append, 5555)
    assert said == []


def test_the_command_of_the_pages_names_no_secret(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, given_secret_key="k" * 40)
    command = " ".join(pages(settings).command)
    assert "kkkk" not in command
    assert "--no-access-log" in command  # its lines would hold addresses
