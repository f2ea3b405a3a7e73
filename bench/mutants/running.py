"""Whether the tests of the pure parts notice what is wrong.

``python -m bench mutants --environment FOLDER [--of ratings tiers workload estimation] [--most 400]``: of
all faults that the operators of cosmic-ray (requirements/mutants.txt, in an environment of its own in FOLDER)
can plant into a part so many are drawn, by a seed, and the part's own tests run on each, in a process forked
for it. A fault is caught if a test fails, or ends no more. Those that were not are listed.

It runs on Linux and needs no browser and no database.
"""

from __future__ import annotations

import argparse
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.progress import Progress

REPOSITORY = Path(__file__).parents[2]
SOURCE = REPOSITORY / "src"
LOCK = REPOSITORY / "requirements" / "mutants.txt"
MAKING = Path(__file__).with_name("making.py")
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Part:
    """Modules, and the tests that answer for them; both by patterns from the repository's top."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


PARTS: Mapping[str, Part] = {
    "ratings": Part(
        ("src/assay/core/ratings/*.py",),
        ("tests/unit/core_ratings/test_*.py", "tests/spec/test_published_ratings*.py"),
    ),
    "tiers": Part(
        ("src/assay/core/tiers/*.py",), ("tests/unit/core_tiers/test_*.py", "tests/spec/test_tiers*.py")
    ),
    "workload": Part(
        ("src/assay/core/workload/*.py",),
        ("tests/unit/core_workload/test_*.py", "tests/spec/test_workload*.py"),
    ),
    "estimation": Part(
        ("src/assay/core/estimation/*.py",),
        (
            "tests/unit/core_estimation/test_*.py",
            "tests/spec/test_estimation*.py",
            "tests/spec/test_sample*.py",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: where, by which operator, the line as it was and as it is, and the whole text."""

    file: str
    operator: str
    place: int
    line: int
    was: str
    now: str
    source: str


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(prog="python -m bench mutants")
    asked.add_argument("--environment", type=Path, required=True, help="where cosmic-ray lies")
    asked.add_argument("--of", nargs="+", choices=PARTS, default=list(PARTS))
    asked.add_argument("--most", type=int, default=400, help="how many of each part")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--at-once", type=int, default=2, help="processes at a time")
    given = asked.parse_args(words)
    # Each of the many processes begins without the plugins that no pure part needs.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    python = _prepared(given.environment)
    _load_libraries()
    console = Console(soft_wrap=True)
    for name in given.of:
        part = PARTS[name]
        begun = time.perf_counter()
        places, drawn = _made(python, part, most=given.most, seed=given.seed)
        survived = _tried(drawn, _tests(part), at_once=given.at_once, title=name)
        _tell(console, name, places, drawn, survived, time.perf_counter() - begun)


def _prepared(environment: Path) -> Path:
    """The Python of the environment, made and filled from the lock if it is not there."""
    python, stamp = environment / "bin" / "python", environment / "mutants.txt"
    if not stamp.exists() or stamp.read_bytes() != LOCK.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCK)]
        subprocess.run(install, check=True)
        stamp.write_bytes(LOCK.read_bytes())
    return python


def _load_libraries() -> None:
    """What the tests take, once for all forks; nothing of Assay itself."""
    for name in ("hypothesis", "numpy", "pydantic", "pytest", "scipy.optimize", "scipy.stats", "yaml"):
        importlib.import_module(name)


def _made(python: Path, part: Part, *, most: int, seed: int) -> tuple[int, list[Mutant]]:
    """How many places there are for a fault, and those drawn."""
    files = [str(each) for pattern in part.modules for each in sorted(REPOSITORY.glob(pattern))]
    words = [str(python), str(MAKING), str(most), str(seed), *files]
    first, *lines = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return json.loads(first)["places"], [
        Mutant(
            file=said["file"],
            operator=said["operator"],
            place=said["place"],
            line=said["line"],
            was=said["was"],
            now=said["is"],
            source=said["source"],
        )
        for said in map(json.loads, lines)
    ]


def _tests(part: Part) -> list[str]:
    return [str(each) for pattern in part.tests for each in sorted(REPOSITORY.glob(pattern))]


def _tried(drawn: Sequence[Mutant], tests: Sequence[str], *, at_once: int, title: str) -> list[Mutant]:
    """Those that no test noticed. The code as it is must pass first."""
    whole = Mutant("", "", 0, 0, "", "", "")
    assert _status(_begin(whole, tests)) == 0, f"{title}: the tests fail on the code as it is"
    waiting, noticed, survived = list(reversed(drawn)), Counter[str](), list[Mutant]()
    running: dict[int, tuple[Mutant, list[str]]] = {}
    with Progress() as steps:
        task = steps.add_task(title, total=len(drawn))
        while waiting or running:
            while waiting and len(running) < at_once:
                mutant = waiting.pop()
                order = _likely_first(mutant, tests, noticed)
                running[_begin(mutant, order)] = (mutant, order)
            process, status = os.waitpid(-1, 0)
            if process in running:
                mutant, order = running.pop(process)
                code = os.waitstatus_to_exitcode(status)
                if code == 0:
                    survived.append(mutant)
                elif 0 < code <= len(order):
                    noticed[order[code - 1]] += 1
                steps.advance(task)
    return sorted(survived, key=lambda each: (each.file, each.line, each.operator, each.place))


def _likely_first(mutant: Mutant, tests: Sequence[str], noticed: Mapping[str, int]) -> list[str]:
    """Tests whose file names the module, then those that noticed most so far: mostly one of them fails, and
    the rest need not run."""
    stem = Path(mutant.file).stem.removesuffix("s")
    return sorted(tests, key=lambda each: (stem not in Path(each).name, -noticed.get(each, 0)))


def _begin(mutant: Mutant, tests: Sequence[str]) -> int:
    """The number of a process that runs the tests on the fault, file by file. It ends with 0 if they all
    pass, else with the place of the first file that does not, counted from 1."""
    process = os.fork()
    if process == 0:
        status = 1
        try:
            status = _judge(mutant, tests)
        finally:
            os._exit(status)
    return process


def _status(process: int) -> int:
    return os.waitpid(process, 0)[1]


def _judge(mutant: Mutant, tests: Sequence[str]) -> int:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    # The other benchmarks have loaded some of it: nothing of Assay is taken from before the fault.
    for name in [each for each in sys.modules if each.partition(".")[0] == "assay"]:
        del sys.modules[name]
    if mutant.file:
        sys.meta_path.insert(0, _Planted(mutant))
    import pytest
    from hypothesis import settings

    settings.register_profile("mutants", derandomize=True, max_examples=30, deadline=None, database=None)
    settings.load_profile("mutants")
    words = [
        "-q",
        "-x",
        "--noconftest",
        "-c",
        os.devnull,
        f"--rootdir={REPOSITORY}",
        "--import-mode=importlib",
    ]
    words += [
        "-W",
        "error",
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:django",
        "-p",
        "no:xdist",
        "-p",
        "no:randomly",
    ]
    for number, test in enumerate(tests, start=1):
        if pytest.main([*words, test]) != pytest.ExitCode.OK:
            return number
    return 0


class _Planted(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module with the fault in it, under the file's own name."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant
        name = ".".join(Path(mutant.file).relative_to(SOURCE).with_suffix("").parts)
        self._name = name.removesuffix(".__init__")
        self._is_package = name != self._name

    def find_spec(
        self, fullname: str, path: Any = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        spec = importlib.util.spec_from_loader(
            fullname, self, origin=self._mutant.file, is_package=self._is_package
        )
        if spec is not None and self._is_package:
            spec.submodule_search_locations = [str(Path(self._mutant.file).parent)]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = self._mutant.file
        exec(compile(self._mutant.source, self._mutant.file, "exec"), module.__dict__)


def _tell(
    console: Console,
    name: str,
    places: int,
    drawn: Sequence[Mutant],
    survived: Sequence[Mutant],
    seconds: float,
) -> None:
    caught = len(drawn) - len(survived)
    share = f"{caught / len(drawn):.1%}" if drawn else "none"
    console.print(f"{name}: {caught} of {len(drawn)} caught ({share}), of {places} places; {seconds:.0f} s")
    for line in _by_operator(drawn, survived):
        console.print(f"  {line}", markup=False)
    for each in survived:
        where = Path(each.file).relative_to(SOURCE / "assay")
        console.print(f"  {where}:{each.line} {each.operator}: {each.was} -> {each.now}", markup=False)


def _by_operator(drawn: Sequence[Mutant], survived: Sequence[Mutant]) -> Iterator[str]:
    """Each kind of operator with how many of its faults were caught."""
    kinds = [Counter(_kind(each) for each in some) for some in (drawn, survived)]
    for kind, count in sorted(kinds[0].items()):
        yield f"{kind}: {count - kinds[1][kind]} of {count}"


def _kind(mutant: Mutant) -> str:
    return mutant.operator.removeprefix("core/").split("_")[0]
