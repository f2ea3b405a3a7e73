"""Stored readings routed and scored: 150 questions each, by Assay and, on the same form, by survey-core.

``python -m bench routing [--environment FOLDER] [--readings 2000]``. A form is made of ten groups, each of
fourteen questions and a judgement; two thirds of the questions depend on earlier answers or on a fact. Every
reading answers all of them, those that its other answers close as well, so that both have to work out which
stand. Assay routes to the instrument, closes what does not apply with its reason, takes the judgements and
counts. survey-core (package-lock.json in ``bench/survey``, installed in FOLDER with npm) has one model, whose
``visibleIf`` says the same; it is given each reading's data and asked which questions show. Both must show
the same number of questions and the same judgements: else the run ends with what differs. CPU time, after a
warm-up. Beside the model stands what its expressions cost alone, without model, events or routing. Without
FOLDER, or without Node, Assay is measured alone.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import TypeAdapter

from assay.core.standards.checking import faults
from assay.core.standards.routing import asked
from assay.core.standards.scoring import Stored, score
from assay.core.standards.types import Framework

SURVEY = Path(__file__).parent / "survey"
GROUPS, QUESTIONS, WARM = 10, 14, 200
JUDGED = "_judged"
YES_NO = ("yes", "no")
LEVELS = ("low", "medium", "high")
AIM = 1_000
When = tuple[str, str, tuple[str, ...]]


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench routing")
    parser.add_argument("--environment", type=Path, help="where survey-core is, or is to be, installed")
    parser.add_argument("--readings", type=int, default=2_000)
    given = parser.parse_args(words)
    framework, readings = form(), stored(given.readings)
    ours = by_assay(framework, readings)
    theirs = by_survey(given.environment, readings) if given.environment else {}
    report(ours, theirs, len(readings))


def form() -> Framework:
    """150 questions in one instrument, and a second one, to which routing leads none of these readings."""
    whole = {
        "id": "form",
        "name": "A form",
        "provider": {"name": "Nobody", "source": "made for a benchmark", "confidence": "ours"},
        "inspects": "nothing",
        "version": "1",
        "effective_on": "2026-01-01",
        "effective_source": "made for a benchmark",
        "effective_confidence": "ours",
        "closed_on": None,
        "supersedes": [],
        "succeeds_note": "",
        "confidence": "ours",
        "ratings": {"used": False, "because": "", "source": ""},
        "unit": {"singular": "case", "plural": "cases", "about": ""},
        "scale": [{"value": each, "label": each} for each in YES_NO],
        "roles": [],
        "rules": [{"code": "share_sufficient", "about": "", "ours": True}],
        "domains": [],
        "standards": [],
        "facts": [
            {
                "code": "risk",
                "label": "Risk",
                "kind": "choice",
                "must_answer": True,
                "source": "made for a benchmark",
                "choices": [{"value": each, "label": each} for each in LEVELS],
            },
            {"code": "short", "label": "Short", "kind": "yes_no", "must_answer": True, "source": "made up"},
        ],
        "instruments": [
            _instrument("long", [f"g{each}{JUDGED}" for each in range(GROUPS)]),
            _instrument("brief", [f"g0{JUDGED}"]),
        ],
        "key_questions": [_group(each) for each in range(GROUPS)],
        "routing": {
            "default": "long",
            "default_because": "it is not short",
            "rules": [
                {
                    "instrument": "brief",
                    "when": [{"fact": "short", "one_of": [True]}],
                    "because": "it is short",
                    "source": "made for a benchmark",
                }
            ],
        },
    }
    framework: Framework = TypeAdapter(Framework).validate_python(whole)
    assert faults(framework, folder_name="form") == ()
    assert len(list(framework.asked("long"))) == GROUPS * (QUESTIONS + 1) == 150
    return framework


def _instrument(code: str, key_questions: list[str]) -> dict[str, Any]:
    return {
        "code": code,
        "title": code,
        "about": "",
        "source": "made for a benchmark",
        "key_questions": key_questions,
    }


def conditions(group: int, number: int) -> list[When]:
    """What a question depends on: kind, name, values. Every third stands alone; the next asks for a "yes" to
    it, and the one after that for "no" to that one as well, or for a risk that is not low."""
    first = f"g{group}q{number - number % 3}"
    if number % 3 == 0:
        return []
    chain: list[When] = [("answer", first, ("yes",))]
    if number % 3 == 1:
        return chain
    if number % 2:
        return [*chain, ("fact", "risk", LEVELS[1:])]
    return [*chain, ("answer", f"g{group}q{number - 1}", ("no",))]


def _group(group: int) -> dict[str, Any]:
    return {
        "code": f"g{group}{JUDGED}",
        "title": "",
        "text": "A group",
        "judgement": "Sufficient?",
        "rated_by": "share_sufficient",
        "ours": True,
        "applies_when": [_when("fact", "risk", LEVELS[1:])] if group % 3 == 2 else [],
        "questions": [
            {
                "code": f"g{group}q{number}",
                "text": "A question",
                "ours": True,
                "applies_when": [_when(*each) for each in conditions(group, number)],
            }
            for number in range(QUESTIONS)
        ],
    }


def _when(kind: str, name: str, values: tuple[str, ...]) -> dict[str, Any]:
    return {kind: name, "one_of": list(values), "otherwise": "it does not apply"}


def stored(number: int) -> list[Stored]:
    """Readings that answer everything, the same ones each time."""
    draw = random.Random(20261122)
    codes = [f"g{group}q{each}" for group in range(GROUPS) for each in range(QUESTIONS)]
    codes += [f"g{group}{JUDGED}" for group in range(GROUPS)]
    return [
        Stored(
            id=str(each),
            facts={"risk": draw.choice(LEVELS), "short": False},
            answers={code: draw.choice(YES_NO) for code in codes},
        )
        for each in range(number)
    ]


def by_assay(framework: Framework, readings: list[Stored]) -> dict[str, Any]:
    """CPU seconds, and what came out."""
    for each in readings[:WARM]:
        score(framework, each)
    before = time.process_time()
    done = [score(framework, each) for each in readings]
    cpu = time.process_time() - before
    judged = {f"g{group}{JUDGED}": Counter[str]() for group in range(GROUPS)}
    for one in done:
        for code, value in one.judged.items():
            judged[code][str(value)] += 1
    visible = sum(
        each.applies
        for one in readings
        for each in asked(framework, "long", facts=one.facts, answers=one.answers)
    )
    return {
        "cpu": cpu,
        "visible": visible,
        "judged": {code: [found["yes"], found["no"]] for code, found in judged.items()},
    }


def by_survey(environment: Path, readings: list[Stored]) -> dict[str, dict[str, Any]]:
    """The same by survey-core, by way of using it; none, with the reason told, where it cannot be had."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        print("Node and npm are not on this machine: survey-core is not measured.")
        return {}
    environment.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "score.js"):
        shutil.copy(SURVEY / name, environment / name)
    if not (environment / "node_modules" / "survey-core").is_dir():
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=environment, check=True)
    with TemporaryDirectory() as scratch:
        paths = [Path(scratch) / name for name in ("form.json", "readings.json")]
        for path, value in zip(paths, (survey_form(), [_data(each) for each in readings]), strict=True):
            path.write_text(json.dumps(value), "utf-8")
        said = subprocess.run(
            [node, "score.js", *map(str, paths)], cwd=environment, check=True, capture_output=True, text=True
        )
    found: dict[str, dict[str, Any]] = json.loads(said.stdout)
    return found


def survey_form() -> dict[str, Any]:
    """The same form as survey-core has it: a question shows if all its conditions hold."""
    elements = []
    for group in range(GROUPS):
        of_all: list[When] = [("fact", "risk", LEVELS[1:])] if group % 3 == 2 else []
        for number in range(QUESTIONS):
            elements.append(_element(f"g{group}q{number}", [*of_all, *conditions(group, number)]))
        elements.append(_element(f"g{group}{JUDGED}", of_all))
    return {"pages": [{"name": "all", "elements": elements}]}


def _element(name: str, those: list[When]) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "radiogroup", "name": name, "choices": list(YES_NO)}
    if those:
        element["visibleIf"] = " and ".join(
            f"{{{name}}} anyof {json.dumps(list(values))}"
            if len(values) > 1
            else f"{{{name}}} = '{values[0]}'"
            for _, name, values in those
        ).replace('"', "'")
    return element


def _data(reading: Stored) -> dict[str, Any]:
    return {**reading.facts, **reading.answers}


def report(ours: dict[str, Any], theirs: dict[str, dict[str, Any]], number: int) -> None:
    """Readings a second, and how many times the one costs what the other does."""
    rate = number / ours["cpu"]
    print(f"Assay: {number} readings of 150 questions in {ours['cpu']:.2f} CPU s, {rate:,.0f} a second.")
    print(f"The aim is {AIM:,} a second: {'met' if rate >= AIM else 'missed'}.")
    for way, their in theirs.items():
        for name in ("visible", "judged"):
            if ours[name] != their[name]:
                raise SystemExit(f"{way} differs in {name}: {ours[name]} and {their[name]}.")
        other, times = number / their["cpu"], their["cpu"] / ours["cpu"]
        print(f"survey-core, {way}: {other:,.0f} a second; {times:.1f} times Assay's CPU time.")
    if theirs:
        print(f"All show the same {ours['visible']:,} questions and the same judgements.")
