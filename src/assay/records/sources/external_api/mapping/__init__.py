"""Answers into rows of the record standard: what they say, and nothing they do not.

A column the services leave out stays empty, or the whole table does, so that the duties which rest on it are
unknown by themselves. Nothing is guessed that a duty would take for a fact.
"""

from assay.records.sources.external_api.mapping.cases import map_case
from assay.records.sources.external_api.mapping.rows import Case, Rows, Staff

__all__ = ["Case", "Rows", "Staff", "map_case"]
