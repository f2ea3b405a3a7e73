"""Twenty faults, planted one at a time in a copy of the package: which test catches each?

``python bench/planted_faults.py [--only NUMBER]``; the status is 1 if any fault goes uncaught. Each fault is
one exact replacement of text; a replacement that no longer fits is an error, not a pass.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]

EXAMPLES = "tests/spec/duties/test_duty_examples.py"
ATTACHING = "tests/unit/duties/test_attaching_matters.py"
VERBS = "tests/unit/duties/test_verbs.py"
# What is wrong, in which file, the text, what stands there instead, and the tests that may catch it.
FAULTS = (
    ("late from the due day itself", "obligations.py", "opened=late.due + 1,", "opened=late.due,", EXAMPLES),
    (
        "bank holidays count as working days",
        "records.py",
        "is_working_day(day) if day >= FIRST_DAY else day.weekday() < WEEKEND",
        "day.weekday() < WEEKEND",
        EXAMPLES,
    ),
    (
        "failed appointments count as contact",
        "definitions/s16_contact_gap.py",
        "evidence=evidence(appointments.filter(seen))",
        "evidence=evidence(appointments)",
        EXAMPLES,
    ),
    (
        "the exclusion of empty answers is inverted",
        "definitions/s06_answer_analysed.py",
        "~rows.reply.isin(nothing)",
        "rows.reply.isin(nothing)",
        EXAMPLES,
    ),
    (
        "a merge orders tied rows",
        "verbs.py",
        "each = union(*[spans(rows) for rows in several]).distinct()",
        'each = union(*[rows.select("case_id", "opened", "closed") for rows in several])',
        VERBS,
    ),
    (
        "a pause does not stop the clock",
        "verbs.py",
        "timed.start_at + timed.length + timed.added.fill_null(0)",
        "timed.start_at + timed.length",
        EXAMPLES,
    ),
    (
        "a pause does not interrupt a lapse",
        "obligations.py",
        "records.keep(without(standing, records.pauses))",
        "standing",
        EXAMPLES,
    ),
    (
        "severity has no cap",
        "lapses.py",
        'severity=ibis.least(severity, records.number("severity_cap"))',
        "severity=severity",
        EXAMPLES,
    ),
    (
        "a transfer does not cut a lapse",
        "records.py",
        "held = rows.mutate(closed=ibis.least(rows.closed, following))",
        "held = rows.mutate(closed=following.nullif(0)).filter(following == FOREVER)",
        EXAMPLES,
    ),
    (
        "the recorded clock ends by date",
        "obligations.py",
        "late.met_known.fill_null(FOREVER)",
        "late.met.fill_null(FOREVER)",
        EXAMPLES,
    ),
    (
        "adjusted expectations are ignored",
        "records.py",
        "adjusted = (joined.opened <= joined.life_opened + soon).fill_null(False)",
        "adjusted = (joined.opened < joined.life_opened).fill_null(False)",
        EXAMPLES,
    ),
    (
        "evidence of the same day does not count",
        "verbs.py",
        'kind=ibis.literal(0, "int64"), event_id=events.event_id',
        'kind=ibis.literal(2, "int64"), event_id=events.event_id',
        EXAMPLES,
    ),
    (
        "oversight of any age excuses",
        "definitions/s21_oversight.py",
        'last=overseen.on + records.length("oversight_still_good")',
        "last=overseen.on + 10_000",
        EXAMPLES,
    ),
    (
        "the dead are still supervised",
        "records.py",
        "closed = ibis.least(joined.closed, joined.died.fill_null(FOREVER))",
        "closed = joined.closed",
        EXAMPLES,
    ),
    (
        "what is planned counts as done",
        "records.py",
        "return rows.filter(rows.on.notnull(), rows.on <= self.as_at)",
        "return rows.filter(rows.on.notnull())",
        EXAMPLES,
    ),
    (
        "a visit needs no risk assessment",
        "definitions/s15_home_visit.py",
        "evidence=evidence(visits)",
        "evidence=evidence(visits, not_assessed)",
        EXAMPLES,
    ),
    (
        "what began before the records counts as missed",
        "obligations.py",
        'early.ifelse("before_records", ibis.null("string"))',
        'ibis.null("string")',
        EXAMPLES,
    ),
    (
        "silence about children counts as no child",
        "definitions/s04_child_enquiry.py",
        'unknown=unknown.mutate(clause=ibis.literal("nothing_recorded"))',
        "unknown=None",
        EXAMPLES,
    ),
    (
        "oversight of a recall may wait",
        "definitions/s21_oversight.py",
        'raised(records.recalls, "recall", table="recall", on="on", window=AT_ONCE)',
        'raised(records.recalls, "recall", table="recall", on="on", window=SOON)',
        EXAMPLES,
    ),
    (
        "a matter does not follow a merge",
        "identity.py",
        "by_case.get((matter.duty, survivor(matter.case_id, merges)), ())",
        "by_case.get((matter.duty, matter.case_id), ())",
        ATTACHING,
    ),
)


def plant(number: int, place: Path) -> str:
    """Copies the package with the fault planted; the test file that should catch it."""
    what, name, text, instead, tests = FAULTS[number]
    copy = place / "src"
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    file = copy / "assay/assurance/duties" / name
    before = file.read_text("utf-8")
    assert before.count(text) >= 1, f"{what}: the text to replace is no longer in {name}"
    file.write_text(before.replace(text, instead), encoding="utf-8")
    return tests


def is_caught(number: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        tests = plant(number, Path(folder))
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", tests]
        command += ["-o", f"pythonpath={folder}/src {ROOT}"]
        environment = {**os.environ, "PYTHONPATH": f"{folder}/src"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stdout + done.stderr
        return done.returncode == 1


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", type=int, help="plant only the fault of this number")
    only = asked.parse_args().only
    numbers = range(len(FAULTS)) if only is None else [only - 1]
    missed = 0
    for number in numbers:
        caught = is_caught(number)
        missed += not caught
        print(f"{number + 1:2} {'caught' if caught else 'NOT CAUGHT'}: {FAULTS[number][0]}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
