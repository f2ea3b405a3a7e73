"""Synthetic records never stand beside real ones: the first load marks the home, and the mark stays."""

from __future__ import annotations

from pathlib import Path

from assay.core.errors import Problem, Unfit
from assay.core.messages import message
from assay.records.store import layout


def mark_file(home: Path) -> Path:
    return home / "nature.json"


def is_synthetic(home: Path) -> bool | None:
    """What the first load marked this home as; None before it."""
    marked = layout.read_json(mark_file(home))
    return None if marked is None else bool(marked["synthetic"])


def check_nature(home: Path, *, synthetic: bool) -> None:
    """Refuses, as unfit, an extract of the other nature than the home's."""
    marked = is_synthetic(home)
    if marked is None or marked == synthetic:
        return
    raise Unfit(
        [
            Problem(
                file="extract.yaml",
                rule="synthetic-and-real",
                message=message("This extract is real, and the installation holds synthetic records.")
                if marked
                else message("This extract is synthetic, and the installation holds real records."),
                remedy=message("Load it into another installation, with a home of its own."),
            )
        ]
    )


def mark_nature(home: Path, *, synthetic: bool) -> None:
    if is_synthetic(home) is None:
        layout.replace_file(mark_file(home), layout.canonical({"synthetic": synthetic}))
