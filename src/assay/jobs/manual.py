"""Writes the duties' pages of the manual from their definitions, their windows and their worked examples.

Run ``python -m assay.jobs.manual`` in the repository; a test holds the pages to it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from assay.assurance.duties.calibration import shipped
from assay.assurance.duties.catalogue import duties
from assay.assurance.duties.clauses import alike, clause_of
from assay.assurance.duties.types import Duty
from assay.core.policy import Policy, load
from assay.records.sources.domain_events import TOLD_BY_EVENTS

PAGES = Path("docs/reference/duties")
EXAMPLES = Path("tests/spec/duties")


def page(duty: Duty, policy: Policy, examples: list[dict[str, Any]]) -> str:
    """One duty's page, as Markdown."""
    parts = [
        f"# {duty.code}: {duty.name.worded()}",
        duty.sentence.worded(),
        "A lapse is a prompt, not a judgement. Only a person makes a judgement.",
        "| | |\n|---|---|\n" + "\n".join(f"| {name} | {value} |" for name, value in _facts(duty)),
        "## What its windows and thresholds are",
        _windows(duty, policy),
        "## Its clauses",
        "\n".join(
            f"- `{name}`: {clause.sentence.worded()} (from `{clause.table}`)"
            for name, clause in duty.clauses.items()
        ),
        "And those every duty has:",
        "\n".join(f"- `{name}`: {clause.sentence.worded()}" for name, clause in alike(duty).items())
        + "\n- `left:` and a reason: Supervision ended first",
        "## Worked examples, as at 31 March 2026",
        "Each is a test. Rows not shown are as plain as they can be: one person, one allocation.",
        *(_example(duty, number, each) for number, each in enumerate(examples, start=1)),
    ]
    return "\n\n".join(parts) + "\n"


def _facts(duty: Duty) -> list[tuple[str, str]]:
    return [
        ("Population", duty.population.worded()),
        ("Evidence", duty.evidence.worded()),
        ("Exclusions", duty.exclusions.worded()),
        ("What records cannot say", duty.limits.worded()),
        *([("Told after the fact", _late(duty))] if duty.after_the_fact else []),
        (
            "Severity",
            f"{duty.severity}; one more, up to 4, where risk is high, a child or known partner is near, "
            "or the delay is more than twice the window",
        ),
        ("Standing in a demonstration", _standing(duty)),
        ("Version", str(duty.version)),
        ("Author", duty.author),
        ("Checker", duty.checker),
        ("Next review", duty.next_review.isoformat()),
        ("Source", duty.source),
    ]


def _late(duty: Duty) -> str:
    assert duty.after_the_fact is not None
    lifted = " Lifted while [domain events](../../how-to/take-domain-events.md) tell of it."
    return duty.after_the_fact.worded() + (lifted if duty.code in TOLD_BY_EVENTS else "")


def _standing(duty: Duty) -> str:
    """The standing with what it rests on, and what it does not."""
    reads = shipped().duties.get(duty.code)
    if reads is None or duty.standing == "off":
        return duty.standing
    if not reads.reads:
        return f"{duty.standing}: no lapse could be looked up in a synthetic region. {reads.truth}"
    told = f"{reads.right} of {reads.reads} lapses read were right (precision {reads.precision})"
    if reads.cannot_tell:
        told += f"; of {reads.cannot_tell} more nobody can tell (precision {reads.lowest} if they were wrong)"
    return (
        f"{duty.standing}, by synthetic calibration: {told}. Right: {reads.truth} "
        "Elsewhere on trial, until the region has read fifty lapses of its own"
    )


def _windows(duty: Duty, policy: Policy) -> str:
    lines = ["| Name | Value | In force from | Confidence | Source |", "|---|---|---|---|---|"]
    for name in duty.windows:
        for each in policy.windows[name]:
            value = f"{each.value} {each.unit.replace('_', ' ')}" if each.value else "the same day"
            lines.append(f"| `{name}` | {value} | {each.in_force_from} | {each.confidence} | {each.source} |")
    return "\n".join(lines)


def _example(duty: Duty, number: int, example: dict[str, Any]) -> str:
    rows = yaml.safe_dump(example["rows"], sort_keys=False, default_flow_style=None, width=100)
    told = [_told(duty, each) for each in example["expect"]] or ["- Nothing is due."]
    return f"### {number}\n\n{example['say']}\n\n```yaml\n{rows}```\n\n" + "\n".join(told)


def _told(duty: Duty, each: dict[str, Any]) -> str:
    due = f", due {each['due_on']}" if "due_on" in each else ""
    said = f"- Raised {each['triggered_on']}{due}: **{each['state']}**"
    if why := each.get("excused_by") or each.get("unknown_because"):
        clause = clause_of(duty, why)
        assert clause is not None, f"nobody has worded {why}"
        said += f". {clause.sentence.worded()} (`{why}`)"
    for clock, name in (("lapses", ""), ("recorded", ", by what was known")):
        for lapse in each.get(clock, ()):
            until = f" until {lapse['closed_on']}" if "closed_on" in lapse else " and still"
            said += f"; in lapse from {lapse['opened_on']}{until}, severity {lapse['severity']}{name}"
    return said


def pages(root: Path) -> dict[Path, str]:
    """Every page, by the path it belongs at."""
    policy = load()
    return {
        root / PAGES / f"{each.code.lower()}.md": page(
            each, policy, yaml.safe_load((root / EXAMPLES / f"{each.code.lower()}.yaml").read_text("utf-8"))
        )
        for each in duties()
    }


def main() -> None:
    for path, text in pages(Path.cwd()).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
