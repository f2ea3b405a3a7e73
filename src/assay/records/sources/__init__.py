"""Extracts as they come: a folder of CSV or Parquet in the record standard."""

from assay.records.sources.folders import read_folder, write_folder
from assay.records.sources.types import Extract, Label

__all__ = ["Extract", "Label", "read_folder", "write_folder"]
