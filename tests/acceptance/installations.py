"""Both sides of a demonstration as people run it: two homes, two servers, one invented region.

Nothing here is a test double. Each side is filled by ``assay demonstrate`` and served by ``assay serve``, in
processes of their own, and the pages are asked for over the loopback.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"
SIDES = ("service", "inspectorate")

PEOPLE = 2100
"""Enough that 84 cases are eligible over eleven PDUs (90 are), and few enough to be made in a minute."""


@dataclass(frozen=True, slots=True)
class Installations:
    """Where the two sides answer, and the home they share."""

    home: Path
    service: str
    inspectorate: str

    def run(self, script: Path, *arguments: str, side: str) -> str:
        """Run one of our own scripts with a side's settings; returns what it printed."""
        return _run([sys.executable, str(script), *arguments], environment_of(side, self.home))


def environment_of(side: str, home: Path) -> dict[str, str]:
    """What makes a process one side of this demonstration, and nothing else. What the duties are in the
    database's language is taken from where all tests keep it: it hangs on the code alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSAY_")}
    return {
        **kept,
        "ASSAY_SIDE": side,
        "ASSAY_HOME": str(home),
        "ASSAY_COMPILED": os.environ["ASSAY_COMPILED"],
        "ASSAY_DEMONSTRATION": "1",
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "assay.config.settings",
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
    }


@contextmanager
def running(home: Path) -> Iterator[Installations]:
    """Both sides filled and answering; ended by their ids at the end, whatever happened between."""
    _prepare_pages()
    for side in SIDES:
        environment = environment_of(side, home)
        _run([_assay(), "migrate"], environment)
        _run([_assay(), "demonstrate", "--people", str(PEOPLE)], environment)
    ports = {side: _free_port() for side in SIDES}
    servers = []
    try:
        for side, port in ports.items():
            servers.append(_start(side, port, home))
        for port in ports.values():
            _wait_for(port)
        yield Installations(home, *(f"http://{LOOPBACK}:{ports[side]}" for side in SIDES))
    finally:
        for server in servers:
            _end(server)


def _prepare_pages() -> None:
    """What the pages load, from the packages, unless the checkout has it already."""
    if not (ROOT / "src" / "assay" / "web" / "static" / "govuk").is_dir():
        _run([sys.executable, "-m", "assay.web.prepare_assets"], dict(os.environ))


def _assay() -> str:
    beside = Path(sys.executable).with_name("assay")
    return str(beside) if beside.exists() else str(shutil.which("assay"))


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _start(side: str, port: int, home: Path) -> subprocess.Popen[bytes]:
    with (home / side / "server.log").open("ab") as log:
        return subprocess.Popen(
            [_assay(), "serve", "--host", LOOPBACK, "--port", str(port)],
            cwd=ROOT,
            env=environment_of(side, home),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _free_port() -> int:
    with socket.socket() as held:
        held.bind((LOOPBACK, 0))
        return int(held.getsockname()[1])


def _wait_for(port: int, *, seconds: float = 60) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + seconds
    while True:
        try:
            with opener.open(f"http://{LOOPBACK}:{port}/sign-in/", timeout=10):
                return
        except (OSError, urllib.error.URLError):
            assert time.monotonic() < end, f"nothing answers on port {port}"
            time.sleep(0.2)


def _end(server: subprocess.Popen[bytes]) -> None:
    """Ask, then insist on the server and on what it started: it leads a session of its own."""
    server.terminate()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(timeout=10)
