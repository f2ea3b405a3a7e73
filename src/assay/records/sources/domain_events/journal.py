"""Every occurrence taken, once, in the order it came: ``home/events/000001.jsonl`` and so on.

Lines are only ever added. A batch is written in one go and is on disk before anyone is told that it was
taken; a line that a kill cut short is removed before the next is written. A file that has reached its size is
closed and the next begun, so that none grows without bound.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from assay.core.errors import Refused
from assay.core.messages import message
from assay.records.sources.domain_events.envelope import Occurrence
from assay.records.sources.domain_events.kinds import KINDS
from assay.records.store.layout import replace_file

SIZE = 8 * 1024 * 1024
GONE = "erased"


def events_home(home: Path) -> Path:
    return home / "events"


def read(home: Path, *, after: int = 0) -> Iterator[Occurrence]:
    """Everything taken after that place, in order. A line still being written is not there yet."""
    for said in _said(home):
        if said["place"] > after and (found := _of_line(said)) is not None:
            yield found


def held(home: Path, crn: str) -> int:
    """How many events about a person are kept; a merge is about both."""
    return sum(crn in each.people for each in read(home))


def erase(home: Path, crn: str) -> int:
    """Takes a person out of the journal; how many lines told of them. Each leaves its place and the message's
    number, which names nobody, so that the same message is not taken again."""
    count = 0
    with writing(home):
        for path in _files(home):
            lines = path.read_bytes().splitlines(keepends=True)
            found = [(line, _of_line(json.loads(line))) for line in lines]
            kept = [
                _tombstone(each) if each is not None and crn in each.people else line for line, each in found
            ]
            if kept != lines:
                count += sum(one != other for one, other in zip(kept, lines, strict=True))
                replace_file(path, b"".join(kept))
    return count


@contextmanager
def writing(home: Path) -> Iterator[Journal]:
    """Holds the journal's lock. ``Refused`` while another process writes."""
    folder = events_home(home)
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                message("Another process is taking events. Wait until it has ended, then try again.")
            ) from None
        _mend(home)
        ids: dict[str, str | None] = {}
        marks: set[str] = set()
        place = 0
        for said in _said(home):
            each = _of_line(said)
            ids[said["id"]] = each.mark if each else None
            marks.update([each.mark] if each else [])
            place = said["place"]
        yield Journal(home=home, ids=ids, marks=marks, place=place)


@dataclass(slots=True, kw_only=True)
class Journal:
    """Open for writing: which messages and occurrences are there already, and the last place. A message that
    was erased has its number here, and no occurrence."""

    home: Path
    ids: dict[str, str | None]
    marks: set[str]
    place: int
    size: int = field(default=SIZE)

    def add(self, occurrences: Sequence[Occurrence]) -> int:
        """Adds them, file by file; the last place. Nothing is said to be taken before it is on disk."""
        waiting: list[bytes] = []
        path, room = self._open_file()
        for each in occurrences:
            self.place += 1
            line = _line(replace(each, place=self.place))
            if waiting and sum(map(len, waiting)) + len(line) > room:
                _append(path, waiting)
                path, room, waiting = self._next_file(path), self.size, []
            elif not waiting and len(line) > room and room < self.size:
                path, room = self._next_file(path), self.size
            waiting.append(line)
            self.ids[each.message_id] = each.mark
            self.marks.add(each.mark)
        _append(path, waiting)
        return self.place

    def _open_file(self) -> tuple[Path, int]:
        files = _files(self.home)
        path = files[-1] if files else events_home(self.home) / "000001.jsonl"
        used = path.stat().st_size if files else 0
        if used >= self.size:
            return self._next_file(path), self.size
        return path, self.size - used

    def _next_file(self, path: Path) -> Path:
        return path.with_name(f"{int(path.stem) + 1:06d}.jsonl")


def _files(home: Path) -> list[Path]:
    return sorted(events_home(home).glob("[0-9][0-9][0-9][0-9][0-9][0-9].jsonl"))


def _said(home: Path) -> Iterator[dict[str, Any]]:
    """Every whole line, in order."""
    for path in _files(home):
        with path.open("rb") as opened:
            for line in opened:
                if line.endswith(b"\n"):
                    yield json.loads(line)


def _mend(home: Path) -> None:
    """Takes away the line a kill cut short. Only the last file can have one."""
    for path in _files(home)[-1:]:
        content = path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            with path.open("r+b") as opened:
                opened.truncate(whole)
                os.fsync(opened.fileno())


def _append(path: Path, lines: Sequence[bytes]) -> None:
    if not lines:
        return
    is_new = not path.exists()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    with os.fdopen(handle, "ab") as opened:
        opened.write(b"".join(lines))
        opened.flush()
        os.fsync(opened.fileno())
    if is_new:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _line(each: Occurrence) -> bytes:
    said = {
        "place": each.place,
        "id": each.message_id,
        "type": each.type,
        "version": each.version,
        "occurred_at": each.occurred_at.isoformat(),
        "received_at": each.received_at.isoformat(),
        "crn": each.crn,
        "facts": dict(each.facts),
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"


def _tombstone(each: Occurrence) -> bytes:
    said = {"place": each.place, "id": each.message_id, "type": GONE}
    return json.dumps(said, separators=(",", ":")).encode("utf-8") + b"\n"


def _of_line(said: Mapping[str, Any]) -> Occurrence | None:
    """None for what was erased, and for a type that a later version of ours no longer reads."""
    if said["type"] not in KINDS:
        return None
    return Occurrence(
        message_id=said["id"],
        type=said["type"],
        version=said["version"],
        occurred_at=datetime.fromisoformat(said["occurred_at"]),
        received_at=datetime.fromisoformat(said["received_at"]),
        crn=said["crn"],
        facts=MappingProxyType(said["facts"]),
        place=said["place"],
    )
