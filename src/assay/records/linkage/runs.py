"""What a run leaves in its folder: the candidate pairs as Parquet and CSV, and what they were made from.

The same sources and model give the same bytes; no time of writing stands in them. The folder holds names and
birth dates and is closed to others. Decisions lie beside (:mod:`.decisions`) and are never touched by a run.
"""

from __future__ import annotations

import codecs
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from assay.core.errors import Problem, Unfit
from assay.core.messages import message
from assay.records.linkage.matching import Found
from assay.records.linkage.people import Source

FACTS, CANDIDATES, TABLE = "run.json", "candidates.parquet", "candidates.csv"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
OWNER_ONLY = 0o700


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as its folder holds it. ``facts`` is its ``run.json``."""

    folder: Path
    facts: Mapping[str, Any]

    @property
    def left(self) -> str:
        """The name of the first source."""
        return str(self.facts["left"]["source"])

    @property
    def right(self) -> str:
        return str(self.facts["right"]["source"])

    @property
    def synthetic(self) -> bool:
        return bool(self.facts["synthetic"])

    def candidates(self) -> pa.Table:
        """Every candidate pair, the heaviest first."""
        return pq.read_table(self.folder / CANDIDATES)

    def candidate(self, left_id: str, right_id: str) -> dict[str, Any] | None:
        """One pair; None where it is no candidate."""
        at = (pc.field("left_id") == left_id) & (pc.field("right_id") == right_id)
        found = pq.read_table(self.folder / CANDIDATES, filters=at).to_pylist()
        return found[0] if found else None


def write_run(found: Found, folder: Path, *, asked_by: str | None = None) -> Run:
    """Writes the run; one already there is replaced, its decisions stay. The facts come last, with the hash
    of the candidates, so that a run half written is refused when it is read."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(OWNER_ONLY)
    (folder / FACTS).unlink(missing_ok=True)
    beside = folder / f".{CANDIDATES}"
    pq.write_table(found.candidates, beside, compression="zstd", compression_level=1, row_group_size=8_192)
    hashed = sha256(beside.read_bytes()).hexdigest()
    beside.replace(folder / CANDIDATES)
    _put(folder / TABLE, _csv(found.candidates, synthetic=found.left.synthetic))
    facts = _facts(found, asked_by) | {"candidates_sha256": hashed}
    _put(folder / FACTS, json.dumps(facts, indent=1, ensure_ascii=False).encode() + b"\n")
    return Run(folder=folder, facts=facts)


def read_run(folder: Path) -> Run:
    """The run of this folder. ``Unfit`` if there is none, or its candidates are not those it wrote."""
    try:
        facts = json.loads((folder / FACTS).read_bytes())
        hashed = sha256((folder / CANDIDATES).read_bytes()).hexdigest()
    except FileNotFoundError:
        raise Unfit([Problem(file=FACTS, rule="no-run", message=_NO_RUN, remedy=_RUN_FIRST)]) from None
    if hashed != facts["candidates_sha256"]:
        raise Unfit([Problem(file=CANDIDATES, rule="changed", message=_CHANGED, remedy=_RUN_FIRST)])
    return Run(folder=folder, facts=facts)


def _facts(found: Found, asked_by: str | None) -> dict[str, Any]:
    model, learned = found.model, found.learned
    return {
        "left": _source(found.left),
        "right": _source(found.right),
        "synthetic": found.left.synthetic,
        "asked_by": asked_by,
        "from_weight": found.from_weight,
        "candidates": found.candidates.num_rows,
        "model": {
            "version": model.version,
            "hash": model.hash,
            "seed": model.seed,
            "values": "learned" if learned.learned else "shipped",
        },
        "sure_pairs": learned.sure_pairs,
        "one_pair_in": round(1 / learned.prior),
        "not_compared": [
            each for each in _needs(found) if each not in found.left.filled & found.right.filled
        ],
        "levels": [
            {
                "comparison": each.name,
                "says": level.says,
                "m": level.m,
                "u": level.u,
                "weight": round(level.weight, 2),
            }
            for each in model.comparisons
            for level in each.levels
        ],
    }


def _needs(found: Found) -> list[str]:
    from assay.records.linkage.model import shipped

    return sorted({need for each in shipped().comparisons for need in each.needs})


def _source(source: Source) -> dict[str, Any]:
    return {
        "source": source.name,
        "as_at": source.as_at.isoformat(),
        "records": source.people.num_rows,
        "left_out": dict(sorted(source.left_out.items())),
        "case_record": source.case_record,
    }


def _csv(candidates: pa.Table, *, synthetic: bool) -> bytes:
    """For a spreadsheet: the mark in a column of its own, nothing that would run as a formula."""
    mark = pa.array(["Synthetic" if synthetic else "no"] * candidates.num_rows, pa.string())
    columns = [_harmless(candidates[name]) for name in candidates.column_names]
    out = pa.BufferOutputStream()
    pa_csv.write_csv(pa.table([mark, *columns], names=["synthetic", *candidates.column_names]), out)
    return codecs.BOM_UTF8 + out.getvalue().to_pybytes()


def _harmless(values: Any) -> Any:
    if not pa.types.is_string(values.type):
        return values
    risky = pc.is_in(pc.utf8_slice_codeunits(values, 0, 1), pa.array(FORMULA_STARTS))
    return pc.if_else(risky, pc.binary_join_element_wise("'", values, ""), values)


def _put(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)


_NO_RUN = message("Nothing was linked here yet.")
_CHANGED = message("The candidates are not those that the run wrote.")
_RUN_FIRST = message("Link the two sources again; decisions are kept.")
