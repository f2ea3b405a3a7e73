"""Messages out of a file, a folder or a pipe into the journal: each once, the bad ones set apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from assay.core.errors import Problem, Unfit
from assay.core.messages import message
from assay.records.sources.domain_events.envelope import Bad, Occurrence, read_message
from assay.records.sources.domain_events.feeds import note_fed
from assay.records.sources.domain_events.journal import Journal, events_home, writing
from assay.records.sources.quarantine import Quarantine

SUFFIXES = (".json", ".jsonl", ".ndjson")
Line = tuple[str, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How many were new, had come before, were of no case, or were bad; and the journal's last place."""

    new: int
    known: int
    of_no_case: int
    bad: int
    place: int


def lines_of(path: Path) -> Iterator[Line]:
    """File, row and text of every message: a file, or every JSON file of a folder in the order of names.
    ``Unfit`` where there is none, or it is not text."""
    paths = [path] if path.is_file() else _inside(path)
    for each in paths:
        try:
            text = each.read_text("utf-8-sig")
        except UnicodeDecodeError:
            raise _unfit(each.name, "encoding") from None
        yield from lines_in(text, file=each.name)


def lines_in(text: str, *, file: str) -> Iterator[Line]:
    """One message a line; or the whole text one message, or one list of them."""
    if not _is_lines(text):
        found = json.loads(text)
        found = found.get("Messages", found) if isinstance(found, dict) else found
        for row, each in enumerate(found if isinstance(found, list) else [found], start=1):
            yield file, row, json.dumps(each)
        return
    for row, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield file, row, line


def _is_lines(text: str) -> bool:
    """Whether the first line is a message by itself, and the text not one list or a set of ``Messages``."""
    first = text.lstrip().partition("\n")[0]
    try:
        whole = json.loads(first)
    except ValueError:
        whole = None
    if isinstance(whole, dict) and "Messages" not in whole:
        return True
    try:
        json.loads(text)
    except ValueError:
        return True
    return False


def take_messages(lines: Iterable[Line], *, home: Path, at: datetime, quarantine: Quarantine) -> Taken:
    """Takes what is new. ``Unfit`` where too much is bad, and then nothing is taken. What is bad is written
    beside the journal either way."""
    with writing(home) as journal:
        good, known, of_no_case = _read(lines, journal, at, quarantine)
        quarantine.write(events_home(home))
        quarantine.check()
        place = journal.add(good)
        note_fed(home)
    return Taken(new=len(good), known=known, of_no_case=of_no_case, bad=len(quarantine.rows), place=place)


def _read(
    lines: Iterable[Line], journal: Journal, at: datetime, quarantine: Quarantine
) -> tuple[Sequence[Occurrence], int, int]:
    good: dict[str, Occurrence] = {}
    ids = dict(journal.ids)
    known = of_no_case = 0
    for file, row, text in lines:
        try:
            found = read_message(_json(text), received_at=at)
            # A message whose person was erased is known by its number alone.
            before = ids.get(found.message_id) if found is not None else None
            if found is not None and before is not None and before != found.mark:
                said = message("{id}: another message had this MessageId.", id=found.message_id)
                raise Bad("message-id", said)
        except Bad as bad:
            quarantine.refuse(file, row, bad.rule, bad.said)
            continue
        quarantine.take()
        if found is None:
            of_no_case += 1
        elif found.message_id in ids or found.mark in journal.marks or found.mark in good:
            known += 1
        else:
            ids[found.message_id] = found.mark
            good[found.mark] = found
    return list(good.values()), known, of_no_case


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise Bad("json", message("The line is not JSON.")) from None


def _inside(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise _unfit(folder.name, "missing-file")
    return sorted(each for each in folder.iterdir() if each.is_file() and each.suffix in SUFFIXES)


def _unfit(file: str, rule: str) -> Unfit:
    what = {
        "encoding": message("The file is not in UTF-8."),
        "missing-file": message("There is no such file or folder."),
    }
    return Unfit(
        [
            Problem(
                file=file,
                rule=rule,
                message=what[rule],
                remedy=message("Give a file of one message a line, or a folder of such files."),
            )
        ]
    )
