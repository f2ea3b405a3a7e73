"""Faults planted one at a time in a copy of the package: does the test named for each catch it?

``python -m bench.planted_faults [--only NUMBER ...]`` first runs the tests on a copy without a fault, where
they must pass; the status is 1 if any fault goes uncaught. A fault is caught if its test fails by what it
asserts: one that merely breaks the code shows nothing. ``--check`` runs nothing, and looks only whether each
text still stands where it is said to; ``--write`` brings the manual's table up to the list.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.faults import FAULTS, Fault

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/explanation/planted-faults.md"
CAUGHT = re.compile(r"^FAILED (?P<test>\S.*?) - (AssertionError|assert )", re.MULTILINE)
EXAMPLE = re.compile(r"\[S(?P<duty>\d\d)-(?P<number>\d+)-engine\]$")
BEGIN, END = "<!-- faults -->\n", "<!-- end -->\n"
SECONDS = 1800


def unfit(fault: Fault) -> str:
    """Why the fault cannot be planted as it stands; empty if it can."""
    before = (ROOT / "src/assay" / fault.file).read_text("utf-8")
    if (found := before.count(fault.text)) != 1:
        return f"{fault.what}: the text stands {found} times in {fault.file}, not once"
    after = before.replace(fault.text, fault.instead)
    if ast.dump(ast.parse(before)) == ast.dump(ast.parse(after)):
        return f"{fault.what}: what is planted changes nothing"
    return ""


def plant(fault: Fault, source: Path) -> None:
    file = source / "assay" / fault.file
    file.write_text(file.read_text("utf-8").replace(fault.text, fault.instead), encoding="utf-8")


def run(tests: Sequence[str], source: Path) -> tuple[int, str]:
    """Pytest's status and what it printed, with the package of a folder. What the duties are compiled to is
    kept in the same folder, so that nothing of one run is found by another."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no", *tests]
    command += ["-o", f"pythonpath={source} {ROOT}"]
    kept = {"PYTHONPATH": str(source), "ASSAY_COMPILED": str(source / "compiled"), "COLUMNS": "1000"}
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **kept}, capture_output=True, text=True, timeout=SECONDS
    )
    return done.returncode, done.stdout + done.stderr


def copy(place: Path) -> Path:
    """The package as it is now."""
    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
    return Path(shutil.copytree(ROOT / "src", place, ignore=ignored))


def catches(fault: Fault, clean: Path, place: Path) -> bool:
    """Whether the fault's test fails by what it asserts, on a copy of the clean package with the fault."""
    source = Path(shutil.copytree(clean, place, ignore=shutil.ignore_patterns("compiled")))
    plant(fault, source)
    status, said = run([fault.test], source)
    shutil.rmtree(source)
    if status not in (0, 1):
        raise SystemExit(f"{fault.what}: the test could not be run\n{said}")
    caught = fault.test in (found["test"] for found in CAUGHT.finditer(said))
    if status == 1 and not caught:
        print(said)
    return caught


def table() -> str:
    """The manual's table, as Markdown."""
    lines = ["| | Fault | Planted in | Caught by |", "|---|---|---|---|"]
    for number, fault in enumerate(FAULTS, start=1):
        lines.append(f"| {number} | {fault.what} | `{fault.file}` | {_named(fault.test)} |")
    return "\n".join(lines) + "\n"


def _named(test: str) -> str:
    if found := EXAMPLE.search(test):
        code, number = f"s{found['duty']}", found["number"]
        return f"[worked example {number} of {code.upper()}](../reference/duties/{code}.md#{number})"
    file, name = test.split("::")
    said, _, case = name.removeprefix("test_").partition("[")
    return f"`{Path(file).name}`: {said.replace('_', ' ')}" + (f" ({case.rstrip(']')})" if case else "")


def page() -> str:
    """The manual's page with the table as the list has it."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    return before + BEGIN + table() + END + rest.partition(END)[2]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", type=int, nargs="+", help="plant only the faults of these numbers")
    asked.add_argument("--check", action="store_true", help="only look whether each text is where it was")
    asked.add_argument("--write", action="store_true", help="only write the manual's table")
    given = asked.parse_args()
    if given.write:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    wrong = [why for why in map(unfit, FAULTS) if why]
    if wrong or given.check:
        print("\n".join(wrong) or f"{len(FAULTS)} faults fit.")
        return 1 if wrong else 0
    return _try([number - 1 for number in given.only or range(1, len(FAULTS) + 1)])


def _try(numbers: Sequence[int]) -> int:
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        clean = copy(Path(folder) / "clean")
        status, said = run(sorted({FAULTS[number].test for number in numbers}), clean)
        if status:
            raise SystemExit(f"The tests do not pass without a fault.\n{said}")
        for number in numbers:
            caught = catches(FAULTS[number], clean, Path(folder) / "planted")
            missed += not caught
            print(f"{number + 1:2} {'caught' if caught else 'NOT CAUGHT'}: {FAULTS[number].what}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
