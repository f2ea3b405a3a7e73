"""One step at a time: said before it begins, bounded in time, and a failure says what to do next."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
LOG = ROOT / "var" / "start.log"
STAMPS = VENV / "assay-stamps.json"


class Failure(Exception):
    """A step that could not be done. ``remedy`` says what a person does next."""

    def __init__(self, what: str, *, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


def say(text: str = "") -> None:
    """One line for the person, at once, even through a pipe."""
    print(text, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Says what begins, and how long it took."""
    print(f"- {text} ...", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        say(" failed")
        raise
    say(f" {time.monotonic() - began:.1f} s")


def run(
    command: Sequence[str | os.PathLike[str]],
    *,
    seconds: float,
    remedy: str,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
    cwd: Path = ROOT,
) -> str:
    """Runs to the end and returns what it printed, which also goes to the log. Raises :class:`Failure`
    on another exit status than 0, or after ``seconds``."""
    words = [os.fspath(each) for each in command]
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            text=True,
            encoding="utf-8",
            errors="replace",
            **as_user(user),
        )
    except subprocess.TimeoutExpired:
        raise Failure(f"{_named(words)} did not finish in {seconds:.0f} seconds.", remedy=remedy) from None
    except OSError as error:
        raise Failure(f"{_named(words)} could not be started: {error}.", remedy=remedy) from None
    _log(words, done.stdout)
    if done.returncode:
        tail = "\n".join(f"    {line}" for line in done.stdout.strip().splitlines()[-25:])
        raise Failure(f"{_named(words)} ended with status {done.returncode}:\n{tail}", remedy=remedy)
    return str(done.stdout)


def as_user(name: str | None) -> dict[str, Any]:
    """The arguments that make a program started by root run as someone else, with that person's groups."""
    if name is None:
        return {}
    import pwd

    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _named(words: Sequence[str]) -> str:
    return " ".join([Path(words[0]).name, *words[1:6]]) + (" ..." if len(words) > 6 else "")


def _log(words: Sequence[str], text: str) -> None:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(words)}\n{text}\n")


def program(name: str) -> Path:
    """A program of the virtual environment, wherever this system puts them."""
    if os.name == "nt":
        return VENV / "Scripts" / f"{name}.exe"
    return VENV / "bin" / name


def fingerprint(paths: Iterable[Path], *more: str) -> str:
    """One hash over names and contents: changes if a file changes, comes or goes."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    for text in more:
        total.update(f"{text}\0".encode())
    return total.hexdigest()


def files_under(folder: Path, *patterns: str) -> list[Path]:
    return [path for pattern in patterns for path in folder.rglob(pattern) if path.is_file()]


def stamped(name: str, mark: str) -> bool:
    """Whether the step of this name was last finished on the same inputs."""
    return _stamps().get(name) == mark


def stamp(name: str, mark: str) -> None:
    """Remembers that a step is done; only once it is. Removing ``.venv`` forgets all of them."""
    kept = {**_stamps(), name: mark}
    beside = STAMPS.with_suffix(".new")
    beside.write_text(json.dumps(kept, indent=1), "utf-8")
    beside.replace(STAMPS)


def _stamps() -> dict[str, str]:
    try:
        return dict(json.loads(STAMPS.read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def python_version() -> str:
    return ".".join(map(str, sys.version_info[:3]))
