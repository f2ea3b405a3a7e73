"""Reads and writes ``extract.yaml``, the label of an extract."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml

from assay.core.errors import Problem, Unfit
from assay.core.messages import Message, message
from assay.records import standard
from assay.records.sources.types import Label

FILE = "extract.yaml"
_KINDS = {"standard": int, "provider": str, "as_at": date, "synthetic": bool, "made_by": str}


def read_label(folder: Path) -> Label:
    """The folder's label. ``Unfit`` if there is none, or it cannot be understood: nothing else can be
    checked without it."""
    if not folder.is_dir():
        raise _unfit("missing-folder", message("There is no such folder."), message("Check the path."))
    path = folder / FILE
    if not path.exists():
        raise _unfit("missing-label", message("There is no extract.yaml."), _REMEDY)
    try:
        said = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        raise _unfit("label", message("extract.yaml cannot be read."), _REMEDY) from None
    if not isinstance(said, dict):
        raise _unfit("label", message("extract.yaml holds no names with values."), _REMEDY)
    for name, kind in _KINDS.items():
        if type(said.get(name)) is not kind:
            raise _unfit("label", message("{name} is missing or of the wrong kind.", name=name), _REMEDY)
    if said["standard"] not in standard.READS:
        raise _unfit(
            "standard-version",
            message(
                "The extract is written in version {found} of the record standard; this is version {known}.",
                found=said["standard"],
                known=standard.VERSION,
            ),
            message("Write the extract again in the version asked for."),
        )
    return Label(**{name: said[name] for name in _KINDS})


def write_label(folder: Path, label: Label) -> None:
    """The same bytes for the same label."""
    lines = {
        "standard": label.standard,
        "provider": label.provider,
        "as_at": label.as_at,
        "synthetic": label.synthetic,
        "made_by": label.made_by,
    }
    (folder / FILE).write_text(yaml.safe_dump(lines, sort_keys=False), "utf-8")


_REMEDY = message("Give it standard, provider, as_at (a day), synthetic (true or false) and made_by.")


def _unfit(rule: str, what: Message, remedy: Message) -> Unfit:
    return Unfit([Problem(file=FILE, rule=rule, message=what, remedy=remedy)])
