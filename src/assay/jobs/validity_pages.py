"""How each duty did against the truth, as a page of the manual: ``assay validate --page`` writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assay.assurance.duties.catalogue import duties
from assay.jobs.truths import TRUTHS
from assay.jobs.validity import EVERYBODY, NO_FLAW, Tally, Validity

FEW = 20
Shown = Callable[[Tally], str]

FLAWS = {
    NO_FLAW: "no flaw at all",
    "back_dated": "an appointment entered long after, with an early date",
    "checks_said_answered": "a report to court says that checks were answered, and they were not",
    "deleted": "a contact that took place is gone",
    "duplicate": "a contact is entered twice",
    "duplicate_person": "a second record of the person, not merged",
    "late_recorded": "a contact written up ten days later or more",
    "leaver_holds_cases": "the case is on somebody who has left",
    "missing_child_flag": "concern for a child is not on a register",
    "missing_domestic_abuse_flag": "domestic abuse is not on a register",
    "missing_outcome": "an appointment attended has no outcome",
    "recall_type": "recalled for a fixed term that the rules exclude",
    "suspended_wrongly": "contact suspended for somebody always supervised",
    "wrong_date": "an appointment or a visit stands a week or four too early",
}

OPENING = """\
# Validity of the duties

This page is made, and made again after a change of definitions, practice rules or the invented region, by

```sh
.venv/bin/assay validate --people {people} --seed {seed} --as-at {as_at} --page docs/reference/validity.md
```

**Synthetic.** {count:,} invented people of a region, as at {as_at}, with practice rules `{policy}`. The truth
behind them is known, so each lapse can be looked up. It shows whether the duties find what was planted. It
says nothing about a real region, which has to [read lapses of its own](../how-to/validate-duties.md).

- **Precision**: of the lapses held that day that the truth can tell of, how many are right: the need was
  real, and what should have happened truly had not.
- **Recall**: of the true lapses, how many have a lapse held that day. What makes one is said
  [below](#what-the-truth-says).
- **Unknown**: of the people the duty is about that day, how many it cannot speak of.
- *cannot tell*: the truth says nothing of it. *no list*: it does not say which true lapses there are. *none*:
  there are none. Nothing is estimated in their place.

A low recall is not always a duty's fault. S03, S06 and S21 are about what only a person can see: a record
shows that an assessment followed an answer and not that it analysed it, that oversight was held and not that
it was any good.

## Every duty
"""

BY_FLAW = """\
The records of people with a flaw of one kind beside those with none. A person with flaws of two kinds is in
both columns, so a difference need not come from the flaw that heads the column; few people have none, since
late entries are common. Duties of which nobody can tell are left out. A figure of fewer than {few} is in
brackets, as a count: it is hardly a share.
"""


def page(found: Validity, *, people: int, seed: int, policy: str) -> str:
    """The whole page, as Markdown."""
    opening = OPENING.format(
        people=people, seed=seed, as_at=found.on, count=found.groups[EVERYBODY], policy=policy
    )
    return "\n".join([opening, *_overview(found), *_by_flaw(found), *_meanings(found)]) + "\n"


def _overview(found: Validity) -> Iterator[str]:
    yield "| Duty | Precision | Recall | Unknown | Lapses held | of them nobody can tell |"
    yield "|---|---|---|---|---|---|"
    for each in duties():
        tally = found.duties[each.code][EVERYBODY]
        cells = (
            f"[{each.code}](duties/{each.code.lower()}.md) {each.name.worded()}",
            *figures(tally, told=each.code in found.told),
            f"{tally.lapses:,}",
            f"{tally.lapses - tally.judged:,}",
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _by_flaw(found: Validity) -> Iterator[str]:
    yield "## By kind of flaw"
    yield ""
    if not found.flaws:
        yield "The truth has no list of flaws."
        yield ""
        return
    yield BY_FLAW.format(few=FEW)
    for name in found.flaws:
        yield f"- `{name}`: {FLAWS.get(name, name)} ({found.groups[name]:,} people)"
    yield ""
    for title, shown in (
        ("Precision", _short_precision),
        ("Recall", _short_recall),
        ("Unknown", _short_unknown),
    ):
        yield from _matrix(found, title, shown)


def _matrix(found: Validity, title: str, shown: Shown) -> Iterator[str]:
    rows = {
        duty: [shown(tallies[name]) for name in found.flaws]
        for duty, tallies in found.duties.items()
        if duty in found.told and shown(tallies[EVERYBODY])
    }
    yield f"### {title}"
    yield ""
    yield f"| Duty | {' | '.join(f'`{name}`' for name in found.flaws)} |"
    yield f"|---|{'---|' * len(found.flaws)}"
    for duty, cells in rows.items():
        yield f"| {duty} | {' | '.join(cells)} |"
    yield ""


def _meanings(found: Validity) -> Iterator[str]:
    yield "## What the truth says"
    yield ""
    for duty, said in TRUTHS.items():
        if said.right is None:
            yield f"- **{duty}** {said.says}"
            continue
        yield f"- **{duty}** Right: {said.says} True lapses: {said.needs}"
        if duty not in found.told:
            yield "  This region's truth lacks a table for it, so nobody can tell."


def figures(tally: Tally, *, told: bool) -> tuple[str, str, str]:
    """Precision, recall and unknown share, each with what it was counted from, or why there is none."""
    return _precision(tally, told=told), _recall(tally), _unknown(tally)


def _precision(tally: Tally, *, told: bool) -> str:
    if not told:
        return "cannot tell"
    return _of(tally.right, tally.judged) or ("none held" if not tally.lapses else "cannot tell")


def _recall(tally: Tally) -> str:
    if tally.missing is None or tally.found is None:
        return "no list"
    return _of(tally.found, tally.missing) or "none"


def _unknown(tally: Tally) -> str:
    return _of(tally.unknown, tally.people) or "nobody"


def _of(part: int, whole: int) -> str:
    return f"{part / whole:.2f} ({part:,} of {whole:,})" if whole else ""


def _short(part: int | None, whole: int | None) -> str:
    if part is None or not whole:
        return ""
    shown = f"{part / whole:.2f} of {whole:,}"
    return f"({part} of {whole})" if whole < FEW else shown


def _short_precision(tally: Tally) -> str:
    return _short(tally.right, tally.judged)


def _short_recall(tally: Tally) -> str:
    return _short(tally.found, tally.missing)


def _short_unknown(tally: Tally) -> str:
    return _short(tally.unknown, tally.people)
