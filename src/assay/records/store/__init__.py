"""Immutable snapshots of the records, the nights made over them, and the pair that pages read."""

from assay.records.store.building import build_snapshot, kept_files, latest_snapshot, read_snapshot
from assay.records.store.nature import check_nature, is_synthetic
from assay.records.store.nights import kept_pairs, pair_in_force, put_in_force, write_night
from assay.records.store.reading import Reader, open_pair, open_snapshot, small_table
from assay.records.store.types import Night, Pair, Snapshot

__all__ = [
    "Night",
    "Pair",
    "Reader",
    "Snapshot",
    "build_snapshot",
    "check_nature",
    "is_synthetic",
    "kept_files",
    "kept_pairs",
    "latest_snapshot",
    "open_pair",
    "open_snapshot",
    "pair_in_force",
    "put_in_force",
    "read_snapshot",
    "small_table",
    "write_night",
]
