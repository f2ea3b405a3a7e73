"""A PostgreSQL of its own for the tests: made in a folder that is thrown away, on a free loopback port."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from startup.environment import install_extra
from startup.steps import VENV, Failure, as_user, run, step

REMEDY = "Install PostgreSQL 14 or later (Debian and Ubuntu: apt-get install postgresql), then run again."
NAMES = ("initdb", "pg_ctl", "postgres")
# Where systems put the programs that are not on the path.
USUAL = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/local/pgsql/bin")


def find_programs() -> Path:
    """The folder with PostgreSQL's programs: the system's, else those of a wheel, installed now."""
    return system_programs() or _wheel_programs()


def system_programs(root: Path | None = None) -> Path | None:
    """The newest complete set on this system. ``root`` stands for ``/``."""
    base = root or Path("/")
    on_path = shutil.which("initdb") if root is None else None
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted((each for usual in USUAL for each in base.glob(usual)), key=_version, reverse=True)
    return next((each for each in folders if _is_complete(each)), None)


def _version(folder: Path) -> int:
    digits = "".join(each for each in folder.parent.name if each.isdigit())
    return int(digits or 0)


def _is_complete(folder: Path) -> bool:
    return all(any((folder / f"{name}{end}").exists() for end in ("", ".exe")) for name in NAMES)


def _wheel_programs() -> Path:
    install_extra("postgres")
    found = [each.parent for each in VENV.rglob("initdb*") if _is_complete(each.parent)]
    if not found:
        raise Failure("No PostgreSQL was found or could be installed.", remedy=REMEDY)
    return max(found, key=_version)


@contextmanager
def throw_away_cluster() -> Iterator[str]:
    """A running PostgreSQL; yields the address of a database in it. Stopped and removed afterwards.

    It does not survive a power cut (``fsync`` is off), which is why it is quick. As root it runs as an
    unprivileged user, since PostgreSQL refuses to run as root.
    """
    programs = find_programs()
    user = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="assay-postgres-"))
    try:
        if user:
            programs = _reachable(programs, folder)
            shutil.chown(folder, user)
        password = secrets.token_hex(16)
        port = _free_port()
        with step(f"Starting a throw-away PostgreSQL from {programs.parent.name}"):
            _initialise(programs, folder, user=user, password=password)
            _start(programs, folder, port, user=user)
        try:
            yield f"postgresql://assay:{password}@127.0.0.1:{port}/postgres"
        finally:
            with step("Stopping it"):
                words: list[str | os.PathLike[str]] = [programs / "pg_ctl", "-D", folder / "data"]
                words += ["-m", "immediate", "-w", "stop"]
                run(words, seconds=60, remedy=REMEDY, user=user, cwd=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> str | None:
    """Who runs the server when we are root; None means whoever we are."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    import pwd

    names = {each.pw_name for each in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in names:
            return name
    raise Failure("PostgreSQL does not run as root, and there is no user 'nobody'.", remedy=REMEDY)


def _reachable(programs: Path, folder: Path) -> Path:
    """The programs where an unprivileged user can run them: a wheel's are copied out of root's own folders,
    with the libraries that lie beside its package."""
    if VENV not in programs.parents:
        return programs
    package = programs.parents[1]
    for each in package.parent.glob(f"{package.name}*"):
        if each.is_dir() and each.suffix != ".dist-info":
            shutil.copytree(each, folder / each.name, symlinks=True)
    return folder / programs.relative_to(package.parent)


def _free_port() -> int:
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])


def _initialise(programs: Path, folder: Path, *, user: str | None, password: str) -> None:
    kept = folder / "password"
    kept.touch(mode=0o600)
    kept.write_text(password, "utf-8")
    if user:
        shutil.chown(kept, user)
    words: list[str | os.PathLike[str]] = [programs / "initdb", "-D", folder / "data", "--no-sync"]
    words += ["--username=assay", "--auth=scram-sha-256", f"--pwfile={kept}"]
    words += ["--encoding=UTF8", "--locale=C"]
    run(words, seconds=120, remedy=REMEDY, user=user, cwd=folder)


def _start(programs: Path, folder: Path, port: int, *, user: str | None) -> None:
    settings = (
        f"port = {port}",
        "listen_addresses = '127.0.0.1'",
        f"unix_socket_directories = '{folder}'",
        "fsync = off",
        "synchronous_commit = off",
        "full_page_writes = off",
        "max_connections = 60",
    )
    with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\n".join(["", *settings, ""]))
    log = folder / "server.log"
    words = [str(programs / "pg_ctl"), "-D", str(folder / "data"), "-l", str(log), "-w", "-t", "60", "start"]
    # The server keeps the standard output it is given, so it must not be a pipe that we wait upon.
    done = subprocess.run(
        words,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=90,
        check=False,
        **as_user(user),
    )
    if done.returncode:
        said = log.read_text("utf-8", "replace") if log.exists() else ""
        raise Failure(f"PostgreSQL did not start:\n{said[-2000:]}", remedy=REMEDY)
