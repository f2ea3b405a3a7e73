"""Both sides of the demonstration: their databases brought up to date, seeded, and served on loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from startup.steps import ROOT, Failure, program, run, say, step

HOME = ROOT / "var"
LOOPBACK = "127.0.0.1"
PASSWORD = "assay-demonstration"


@dataclass(frozen=True, slots=True)
class Side:
    """One installation. ``people`` are two of the demonstration's, enough to begin with."""

    name: str
    port: int
    people: tuple[tuple[str, str], ...]


SIDES = (
    Side(
        name="service",
        port=8000,
        people=(
            ("huw.example", "manages a team of practitioners (SPO)"),
            ("priya.sample", "a practitioner in his team"),
        ),
    ),
    Side(
        name="inspectorate",
        port=8001,
        people=(("ines.lead", "leads an inspection"), ("ivan.inspector", "reads cases")),
    ),
)


def environment_of(side: Side) -> dict[str, str]:
    """What makes a process one side of the demonstration and nothing else."""
    return {
        "ASSAY_SIDE": side.name,
        "ASSAY_HOME": str(HOME),
        "ASSAY_DEMONSTRATION": "1",
        "ASSAY_HOSTS": f"{LOOPBACK},localhost",
        "DATABASE_URL": "",
        "PYTHONUNBUFFERED": "1",
    }


def seed() -> None:
    """Brings each side's database up to date and lets ``assay demonstrate`` fill what is missing; what people
    did since the last start stays."""
    ours = "This is a fault of Assay's own; the lines above say where. var/start.log has the whole of it."
    for side in SIDES:
        environment = environment_of(side)
        with step(f"Bringing the {side.name}'s database up to date"):
            run([program("assay"), "migrate"], seconds=300, remedy=ours, environment=environment)
        with step(f"Seeing to the {side.name}'s demonstration"):
            run([program("assay"), "demonstrate"], seconds=900, remedy=ours, environment=environment)


def serve() -> int:
    """Serves until interrupted. Ends only the two servers it started, by their ids."""
    ports = free_ports([side.port for side in SIDES])
    servers: dict[str, subprocess.Popen[bytes]] = {}
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with step("Starting both sides"):
            for side, port in zip(SIDES, ports, strict=True):
                servers[side.name] = _start(side, port)
            for side, port in zip(SIDES, ports, strict=True):
                _wait_until_answering(side, port, servers[side.name])
        _say_where(ports)
        return _watch(servers)
    except KeyboardInterrupt:
        say()
        return 0
    finally:
        with step("Stopping both sides"):
            for server in servers.values():
                stop(server)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def free_ports(wanted: list[int]) -> list[int]:
    """Each wanted port, or the next free one above it that is not yet given out."""
    given: list[int] = []
    for first in wanted:
        choices = (port for port in range(first, first + 200) if port not in given and port_is_free(port))
        port = next(choices, None)
        if port is None:
            raise Failure(
                f"No free port between {first} and {first + 199} on {LOOPBACK}.",
                remedy="Stop a program that holds one of these ports, then run the same command again.",
            )
        given.append(port)
    return given


def port_is_free(port: int) -> bool:
    with socket.socket() as attempt:
        if os.name != "nt":
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _start(side: Side, port: int) -> subprocess.Popen[bytes]:
    log = HOME / side.name / "server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    words = [str(program("assay")), "serve", "--host", LOOPBACK, "--port", str(port)]
    with log.open("ab") as output:
        # In a session of its own, so that Ctrl-C reaches only us and we stop the servers in order.
        return subprocess.Popen(
            words,
            cwd=ROOT,
            env={**os.environ, **environment_of(side)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait_until_answering(
    side: Side, port: int, server: subprocess.Popen[bytes], *, seconds: float = 120
) -> None:
    remedy = f"var/{side.name}/server.log says why. Put that right, then run the same command again."
    # Whatever proxy the machine names, loopback is asked directly.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            raise Failure(f"The {side.name} stopped with status {server.returncode}.", remedy=remedy)
        try:
            with opener.open(f"http://{LOOPBACK}:{port}/", timeout=10):
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
            raise Failure(f"The {side.name} answers with error {error.code}.", remedy=remedy) from None
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    raise Failure(f"The {side.name} did not answer in {seconds:.0f} seconds.", remedy=remedy)


def _say_where(ports: list[int]) -> None:
    say("\nAssay is running. None of the people in it exist.\n")
    for side, port in zip(SIDES, ports, strict=True):
        say(f"  The {side.name}: http://{LOOPBACK}:{port}/")
        for username, role in side.people:
            say(f"      {username:<16} {role}")
    say(f"\n  Everyone's password: {PASSWORD}")
    say("  Press Ctrl-C to stop.\n")


def _watch(servers: Mapping[str, subprocess.Popen[bytes]]) -> int:
    while True:
        for name, server in servers.items():
            if server.poll() is not None:
                raise Failure(
                    f"The {name} stopped with status {server.returncode}.",
                    remedy=f"var/{name}/server.log says why.",
                )
        time.sleep(0.5)


def stop(server: subprocess.Popen[bytes], *, seconds: float = 10) -> None:
    """Asks a server we started to end, then insists, on it and on what it started."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            _insist(server)
            server.wait(timeout=seconds)


def _insist(server: subprocess.Popen[bytes]) -> None:
    if os.name == "nt":
        server.kill()
        return
    # The server leads a session of its own, so its number is the group's too.
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
