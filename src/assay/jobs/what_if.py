"""``assay what-if``: another length of a window beside the one in force; nothing is changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from assay.core.errors import Refused
from assay.core.figures import Count
from assay.core.messages import Message, message
from assay.jobs.policy import Format

if TYPE_CHECKING:
    from assay.assurance.duties.whatif import Counts, Trial, Unit
    from assay.core.policy import Policy, Window
    from assay.records.store.types import Pair

UNFIT, REFUSED = 2, 3
FEWEST = 20
"""No percentage is given of fewer."""
REST = ("Share", "Unknown", "With unknown")
DUE = "What fell due in the 104 weeks up to it: seen within the window, after it, or not"


class By(StrEnum):
    """By which unit, besides all in one."""

    PDU = "pdu"
    REGION = "region"
    ALL = "all"


def what_if(
    duty: Annotated[str, typer.Option(help="The duty, by its code, for example S04.")],
    set: Annotated[
        str,
        typer.Option(
            "--set",
            help="The length to try: days=10, working_days=10 or weeks=2; or NAME=10, where the duty gives "
            "several windows.",
        ),
    ],
    by: Annotated[By, typer.Option(help="By PDU or region as well, or all in one alone.")] = By.PDU,
    format: Annotated[Format, typer.Option(help="A table to read, or JSON.")] = Format.TABLE,
    home: Annotated[
        Path | None, typer.Option(help="Where the records are kept; this installation's own if not given.")
    ] = None,
) -> None:
    """Show what the night in force would hold if a window of the duty had always been of another length,
    beside what it holds: cases in lapse on its day, and what became of all that fell due in 104 weeks.
    Nothing is written, and the window in force stays."""
    console = Console(stderr=True)
    try:
        pair, policy = _in_force(home)
    except Refused as refused:
        console.print(refused.message.worded())
        raise typer.Exit(REFUSED) from None
    try:
        trial = tried(pair, policy, duty=duty, setting=set, by=by.value, console=console)
    except Refused as refused:
        console.print(refused.message.worded())
        raise typer.Exit(UNFIT) from None
    if format is Format.JSON:
        typer.echo(json.dumps(as_json(trial), default=str, indent=1))
    else:
        _show(trial)


def _in_force(home: Path | None) -> tuple[Pair, Policy]:
    """The pair in force and the policy its night was made under. ``Refused`` before the first night, or where
    the practice rules are others now."""
    from assay.core import policy as policies
    from assay.jobs.django_setup import records_home
    from assay.records.store import pair_in_force

    pair, policy = pair_in_force(home or records_home()), policies.load()
    if pair is None:
        raise Refused(message("No night has been run here yet. Run one first: assay night."))
    if pair.night.versions["policy"] != policy.version:
        raise Refused(
            message("The night in force was made under other practice rules. Run one first: assay night.")
        )
    return pair, policy


def tried(
    pair: Pair, policy: Policy, *, duty: str, setting: str, by: Any, console: Console | None = None
) -> Trial:
    """Both windows side by side. ``Refused`` if there is no such duty, or it has no such window."""
    from assay.assurance.duties import whatif
    from assay.jobs.django_setup import compiled_home
    from assay.records.store import open_pair

    def tell(why: Message) -> None:
        if console is not None:
            console.print(f"{why.worded()} The duty is worked out anew, which takes longer.")

    known = sorted(each for each in pair.night.versions if each != "policy")
    if duty not in known:
        raise Refused(
            message("The night in force has no duty {duty}, but {known}.", duty=duty, known=", ".join(known))
        )
    with open_pair(pair) as reader:
        window = whatif.window_asked(
            setting, duty=duty, known=whatif.given(reader, duty), policy=policy, on=pair.night.as_at
        )
        return whatif.try_out(
            reader, policy=policy, duty=duty, window=window, by=by, folder=compiled_home(), tell=tell
        )


def as_json(trial: Trial) -> dict[str, Any]:
    """The windows, and each unit's counts under both; what is a share of what stands with it."""
    return {
        "duty": trial.duty,
        "as_at": trial.as_at,
        "window": trial.tried.name,
        "in_force": [_window_json(each) for each in trial.in_force],
        "tried": {"value": trial.tried.value, "unit": trial.tried.unit},
        "worked_out_anew_because": trial.run_again.worded() if trial.run_again else None,
        "total": _unit_json(trial.total),
        "units": [_unit_json(each) for each in trial.units],
    }


def _window_json(window: Window) -> dict[str, Any]:
    columns = ("value", "unit", "in_force_from", "in_force_to", "confidence", "source")
    return {name: getattr(window, name) for name in columns}


def _unit_json(unit: Unit) -> dict[str, Any]:
    return {
        "unit": unit.name,
        "in_force": _counts_json(unit.in_force),
        "tried": _counts_json(unit.tried),
    }


def _counts_json(counts: Counts) -> dict[str, Any]:
    return asdict(counts) | {
        name: {"numerator": each.numerator, "denominator": each.denominator, "unit": each.unit}
        for name, each in (
            ("in_lapse", counts.state()),
            ("in_lapse_with_unknown_as_unmet", counts.state(unknown_as_unmet=True)),
            ("unmet", counts.flow()),
            ("unmet_with_unknown_as_unmet", counts.flow(unknown_as_unmet=True)),
        )
    }


def _show(trial: Trial) -> None:
    console = Console()
    in_force, other = _worded(trial.in_force), _length(trial.tried)
    console.print(
        f"{trial.duty} as at {trial.as_at}. In force: {in_force}. "
        f"Tried: {other}, as if it had always been so. Nothing is changed."
    )
    for title, headings, figures in (
        ("Cases on the day", ("In lapse", *REST), _cases),
        (DUE, ("Within", "After", "Not seen", "Of", *REST), _due),
    ):
        table = Table(title=title)
        for heading in ("Unit", "Window", *headings):
            table.add_column(heading, justify="left" if heading in ("Unit", "Window") else "right")
        for unit in (trial.total, *trial.units):
            table.add_row(unit.name or "no unit", "in force", *figures(unit.in_force))
            table.add_row("", other, *figures(unit.tried), end_section=True)
        console.print(table)
    console.print(
        "The first share is of cases in lapse, the second of what was seen after the window or not. "
        f"None is given of fewer than {FEWEST}. With unknown: each counted as unmet."
    )
    if any(not each.adopted for each in trial.in_force):
        console.print(
            "The window in force is a starting value: what it does not show is not late, but not seen."
        )


def _cases(counts: Counts) -> Iterable[str]:
    state = counts.state()
    yield from (f"{state.numerator} of {state.denominator}", _share(state))
    yield from (str(counts.unknown), _share(counts.state(unknown_as_unmet=True)))


def _due(counts: Counts) -> Iterable[str]:
    flow = counts.flow()
    yield from (
        str(counts.in_time),
        str(counts.late),
        str(counts.missed),
        str(flow.denominator),
        _share(flow),
    )
    yield from (str(counts.unknown_due), _share(counts.flow(unknown_as_unmet=True)))


def _share(count: Count) -> str:
    if count.denominator < FEWEST or count.share is None:
        return f"under {FEWEST}"
    return f"{count.share:.1%}"


def _worded(versions: Iterable[Window]) -> str:
    """Each version with what it is sure of; with its days, where there are several."""
    known = list(versions)
    return "; ".join(
        _length(each)
        + (" (starting value)" if not each.adopted else "")
        + (f" from {each.in_force_from}" if len(known) > 1 else "")
        for each in known
    )


def _length(window: Window) -> str:
    return f"{window.value} {window.unit.replace('_', ' ')}"
