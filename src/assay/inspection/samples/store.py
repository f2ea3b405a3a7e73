"""An inspection's own store: the frame it drew from, and a copy of each drawn case's whole record.

It outlives the nights of the installation, so that an inspection can be read and checked to its end.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings

from assay.inspection.samples.copying import whole_record
from assay.inspection.samples.frames import frame_from_json, frame_json
from assay.inspection.samples.types import ListedCase, LongList, Origin, SamplingFrame
from assay.records.sources import quarantine as quarantine_file
from assay.records.sources.quarantine import Quarantine
from assay.records.store import Reader, build_snapshot, is_synthetic, latest_snapshot, layout, open_snapshot


def home_of(inspection: UUID) -> Path:
    """The folder of one inspection."""
    home: Path = settings.HOME / "inspections" / str(inspection)
    return home


def records_home() -> Path:
    """Where the installation's records lie."""
    home: Path = settings.HOME / "records"
    return home


def regions_loaded() -> list[tuple[str, str]]:
    """Code and name of each region in the records loaded last; none before the first load."""
    snapshot = latest_snapshot(records_home())
    if snapshot is None:
        return []
    with open_snapshot(snapshot) as reader:
        rows = reader.rows("SELECT unit_code, name FROM r.organisation WHERE kind = 'region' ORDER BY name")
    return [(each["unit_code"], each["name"]) for each in rows]


def keep_frame(inspection: UUID, frame: SamplingFrame) -> None:
    """Write the frame, once."""
    path = home_of(inspection) / "frame.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(frame_json(frame), "utf-8")


def kept_frame(inspection: UUID) -> SamplingFrame | None:
    """The frame as it was sealed; None before."""
    path = home_of(inspection) / "frame.json"
    return frame_from_json(path.read_text("utf-8")) if path.exists() else None


def keep_long_list(inspection: UUID, long_list: LongList, quarantine: Quarantine) -> None:
    """Keep a long list, with the reasons of the rows set apart, in the place of the one before. Of a person
    it holds the case reference number."""
    home = home_of(inspection)
    parent = home / "long_lists"
    content = layout.canonical(
        {
            "origin": asdict(long_list.origin),
            "as_at": long_list.as_at.isoformat(),
            "not_listed": long_list.not_listed,
            "synthetic": long_list.synthetic,
            "cases": [asdict(each) | {"started_on": each.started_on.isoformat()} for each in long_list.cases],
        }
    )
    with layout.building(parent) as folder:
        (folder / "list.json").write_bytes(content)
        quarantine.write(folder)
        place = layout.put_in_place(folder, hashlib.sha256(content).hexdigest()[:32])
    layout.replace_file(home / "long_list.json", layout.canonical({"list": place.name}))
    for each in parent.iterdir():
        if each.name != place.name:
            shutil.rmtree(each)


def drop_long_list(inspection: UUID) -> None:
    """Take the long list back: the frame is again that of the records, if there are any."""
    home = home_of(inspection)
    (home / "long_list.json").unlink(missing_ok=True)
    shutil.rmtree(home / "long_lists", ignore_errors=True)


def kept_long_list(inspection: UUID) -> LongList | None:
    """The long list as it was taken; None if there is none."""
    home = home_of(inspection)
    named = layout.read_json(home / "long_list.json")
    kept = layout.read_json(home / "long_lists" / named["list"] / "list.json") if named else None
    if kept is None:
        return None
    return LongList(
        origin=Origin(**kept["origin"]),
        as_at=date.fromisoformat(kept["as_at"]),
        not_listed=kept["not_listed"],
        synthetic=kept["synthetic"],
        cases=tuple(
            ListedCase(**{**each, "started_on": date.fromisoformat(each["started_on"])})
            for each in kept["cases"]
        ),
    )


def rows_about(crn: str) -> int:
    """How many rows of kept long lists, of whatever inspection, have this case reference."""
    homes: Path = settings.HOME / "inspections"
    kept = [kept_long_list(UUID(each.parent.name)) for each in homes.glob("*/long_list.json")]
    return sum(case.crn == crn for found in kept if found for case in found.cases)


def rows_set_apart(inspection: UUID) -> list[tuple[str, str, str]]:
    """Sheet, row and sentence of each row of the kept long list that could not be read."""
    named = layout.read_json(home_of(inspection) / "long_list.json")
    if named is None:
        return []
    path = home_of(inspection) / "long_lists" / named["list"] / quarantine_file.FILE
    with path.open(encoding="utf-8", newline="") as opened:
        return [(each["file"], each["row"], each["sentence"]) for each in csv.DictReader(opened)]


def copy_records(reader: Reader, *, inspection: UUID, crns: Sequence[str], region_code: str) -> None:
    """Copy every row and word about these people, and the units and staff the rows name."""
    build_snapshot(
        whole_record(reader, crns),
        home=home_of(inspection),
        as_at=reader.snapshot.as_at,
        provider=region_code,
        synthetic=is_synthetic(records_home()) is not False,
    )


@contextmanager
def open_records(inspection: UUID) -> Iterator[Reader | None]:
    """A reader of the inspection's own copy; None where it holds no records (an inspection of readings
    brought in from elsewhere)."""
    snapshot = latest_snapshot(home_of(inspection))
    if snapshot is None:
        yield None
        return
    with open_snapshot(snapshot) as reader:
        yield reader
