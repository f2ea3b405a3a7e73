"""``start.py test``: the checks, then the tests on SQLite, then on PostgreSQL those that reach a database."""

from __future__ import annotations

import os
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from startup import chromium
from startup.environment import install_extra
from startup.postgres import throw_away_cluster
from startup.steps import ROOT, program, say

RESULTS = ROOT / "var" / "tests"
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff check", ("ruff", "check", ".")),
    ("ruff format", ("ruff", "format", "--check", ".")),
    ("mypy", ("mypy",)),
    ("import-linter", ("lint-imports",)),
)
SECONDS, LONG_SECONDS = 45 * 60, 120 * 60


@dataclass(frozen=True, slots=True)
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def test(arguments: Sequence[str], *, long: bool) -> int:
    """Runs everything even when something fails, so that one run shows all; the last line is the tally.

    With ``arguments`` for pytest only the tests they choose run, on both databases, without the checks.
    """
    browser = chromium.find_or_install()
    if long:
        install_extra("spark")
    began = time.monotonic()
    total = Tally() if arguments else _checks()
    total += _pytest("SQLite", [*_long(long), *arguments], long=long, environment=_environment(browser, ""))
    with throw_away_cluster() as address:
        only = [*_long(long), "-m", "not browser and not long" if not long else "not browser", *arguments]
        total += _pytest("PostgreSQL", only, long=long, environment=_environment(browser, address))
    say(f"\nChecks and tests took {(time.monotonic() - began) / 60:.1f} minutes.")
    say(str(total))
    return 1 if total.failed or not total.passed else 0


def _long(long: bool) -> list[str]:
    return ["--long"] if long else []


def _environment(browser: str | None, database: str) -> dict[str, str]:
    """No side, home or key of the person's own reaches a test."""
    chosen = {"DATABASE_URL": database, "ASSAY_CHROMIUM": browser or ""}
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ASSAY_")}
    return {**kept, **chosen}


def _checks() -> Tally:
    total = Tally()
    for name, command in CHECKS:
        say(f"\n== {name}")
        passed = _stream(command, environment=dict(os.environ), seconds=900) == 0
        total += Tally(passed=int(passed), failed=int(not passed))
    return total


def _pytest(database: str, arguments: Sequence[str], *, long: bool, environment: Mapping[str, str]) -> Tally:
    say(f"\n== Tests on {database}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    report = RESULTS / f"{database.lower()}.xml"
    report.unlink(missing_ok=True)
    # A file's tests stay in one process, so that what they share is made once; two suit two cores. The files
    # go out in their order, in which the longest, the whole way in a browser, is among the first.
    words = ["pytest", "-q", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    words += [f"--junitxml={report}", *arguments]
    status = _stream(words, environment=environment, seconds=LONG_SECONDS if long else SECONDS)
    tally = read_report(report)
    if status and not tally.failed:
        # Interrupted, out of time, nothing collected: a run that did not fail any test and still is none.
        say(f"pytest ended with status {status}.")
        tally += Tally(failed=1)
    return tally


def read_report(report: Path) -> Tally:
    """The counts of a JUnit report; all zero where there is none, since pytest then never finished."""
    if not report.exists():
        return Tally()
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    total = Tally()
    for suite in suites:
        tests, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        total += Tally(passed=tests - failed - skipped, failed=failed, skipped=skipped)
    return total


def _stream(words: Sequence[str], *, environment: Mapping[str, str], seconds: float) -> int:
    """Lets the program write to the person's screen; status 124 where it did not end in time."""
    command = [str(program(words[0])), *words[1:]]
    try:
        return subprocess.run(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, timeout=seconds, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        say(f"{words[0]} did not end in {seconds / 60:.0f} minutes and was stopped.")
        return 124
