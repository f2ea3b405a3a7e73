"""Every page taken, kept until the extract stands, so that a fetch that was ended goes on where it was.

One line for each page, written in one go and never changed; the first says what was asked for, and a fetch
for something else does not go on with it. A last line that was cut short is no page. The file holds what the
service said of people: it lies in the folder being built, is readable by its owner alone, and goes with it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from assay.core.errors import Refused
from assay.core.messages import message

FILE = "pages.jsonl"
Key = tuple[str, str, int]


class Journal:
    """The pages in ``folder``. ``asked`` is what the fetch is for; its ``began_at`` and ``as_at`` are those
    of the first run. Use as a context."""

    def __init__(self, folder: Path, *, asked: Mapping[str, Any]) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = folder / FILE
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self._file = os.fdopen(handle, "r+b")
        self._lock = Lock()
        self._places: dict[Key, int] = {}
        self.asked = self._read_through(asked)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __len__(self) -> int:
        return len(self._places)

    def page(self, key: Key) -> Mapping[str, Any]:
        """What was answered: ``status``, ``body``, ``location``. ``KeyError`` for a page not taken."""
        with self._lock:
            self._file.seek(self._places[key])
            found: Mapping[str, Any] = json.loads(self._file.readline())
        return found

    def take(self, key: Key, answer: Mapping[str, Any]) -> None:
        """Keeps a page. It is on disk before anything is asked after it."""
        route, crn, page = key
        line = {"route": route, "crn": crn, "page": page, **answer}
        with self._lock:
            self._places[key] = self._write(line)

    def _write(self, line: Mapping[str, Any]) -> int:
        place = self._file.seek(0, os.SEEK_END)
        self._file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n")
        self._file.flush()
        return place

    def _read_through(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        place, first = 0, None
        while (line := self._file.readline()).endswith(b"\n"):
            said = json.loads(line)
            if first is None:
                first = said
            else:
                self._places[(said["route"], said["crn"], said["page"])] = place
            place += len(line)
        self._file.truncate(place)
        if first is None:
            self._write(asked)
            return asked
        if first["for"] != asked["for"]:
            self._file.close()
            raise Refused(
                message(
                    "A fetch for something else was begun in this folder. Run that command again, or remove "
                    "{folder} and begin anew.",
                    folder=self.path.parent.name,
                )
            )
        found: Mapping[str, Any] = first
        return found
