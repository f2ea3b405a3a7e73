"""An inspection's own store: the frame it drew from, and a copy of each drawn case's whole record.

It outlives the nights of the installation, so that an inspection can be read and checked to its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings

from assay.inspection.samples.copying import whole_record
from assay.inspection.samples.frames import frame_from_json, frame_json
from assay.inspection.samples.types import SamplingFrame
from assay.records.store import Reader, build_snapshot, is_synthetic, latest_snapshot, open_snapshot


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
