"""Immutable snapshots of the records, the nights made over them, and the pair that pages read."""

from assay.records.store.building import (
    build_snapshot,
    case_digests,
    kept_files,
    latest_snapshot,
    read_snapshot,
    rows_held,
    table_digests,
)
from assay.records.store.digests import differing
from assay.records.store.nature import check_nature, is_synthetic
from assay.records.store.nights import (
    Writing,
    kept_pairs,
    pair_in_force,
    put_in_force,
    write_night,
    writing_night,
)
from assay.records.store.reading import Reader, open_pair, open_snapshot, small_table
from assay.records.store.rows import Damaged
from assay.records.store.types import Night, Pair, Snapshot

__all__ = [
    "Damaged",
    "Night",
    "Pair",
    "Reader",
    "Snapshot",
    "Writing",
    "build_snapshot",
    "case_digests",
    "check_nature",
    "differing",
    "is_synthetic",
    "kept_files",
    "kept_pairs",
    "latest_snapshot",
    "open_pair",
    "open_snapshot",
    "pair_in_force",
    "put_in_force",
    "read_snapshot",
    "rows_held",
    "small_table",
    "table_digests",
    "write_night",
    "writing_night",
]
