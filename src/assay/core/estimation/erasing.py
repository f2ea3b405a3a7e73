"""Takes cases out of a receipt for good, in such a way that it still verifies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assay.core.errors import Refused
from assay.core.estimation import design, receipts
from assay.core.estimation.eligibility import frame_of
from assay.core.estimation.receipts import ERASED, Receipt, written
from assay.core.estimation.verifying import check_shape, known_orders, log_of
from assay.core.messages import message


def erase(given: Receipt, ids: Sequence[str]) -> Receipt:
    """The receipt without these ids: of each row the id and the salt go, wherever they stand, and its salted
    hash stays with its place in the order. The seal holds as before. Erased rows come last in the log, since
    their place among the others would say what they were. ``Refused`` for an id that is not in the log, or
    a log without salts, whose hashes could be guessed."""
    check_shape(given)
    unit = given["unit"]
    gone = _hashes(given, ids)
    place = _places(given)

    def without(value: Any) -> Any:
        return written(gone[value]) if isinstance(value, str) and value in gone else value

    def is_gone(row: Mapping[str, Any]) -> bool:
        return isinstance(row[unit], str) and row[unit] in gone

    kept = [row for row in given["considered"] if not is_gone(row)]
    erased = [
        {
            **{name: value for name, value in row.items() if name != "salt"},
            unit: without(row[unit]),
            **({"place": place[row[unit]]} if row[unit] in place else {}),
        }
        for row in given["considered"]
        if is_gone(row)
    ]
    return {
        **given,
        "strata": [{**each, "order": [without(id) for id in each["order"]]} for each in given["strata"]],
        "cases": [{**each, unit: without(each[unit])} for each in given["cases"]],
        "replacements": [
            {**each, "out": without(each["out"]), "into": without(each["into"])}
            for each in given["replacements"]
        ],
        "considered": [*kept, *sorted(erased, key=lambda row: str(row[unit]["erased"]))],
    }


def _hashes(given: Receipt, ids: Sequence[str]) -> dict[str, str]:
    """What stands for each id once it is gone."""
    unit = given["unit"]
    salts = {row[unit]: row.get("salt") for row in given["considered"] if isinstance(row[unit], str)}
    for id in ids:
        if id not in salts:
            raise Refused(message("{id} is not in the log of the receipt.", id=id))
        if not salts[id]:
            raise Refused(message("The receipt was made without salts: no row of it can be erased."))
    return {id: ERASED + receipts.salted_hash(id, str(salts[id])) for id in ids}


def _places(given: Mapping[str, Any]) -> dict[str, int]:
    """The place of each eligible case in its stratum's order, from 1."""
    frame = frame_of(log_of(given))
    erased = any(id.startswith(ERASED) for id in frame.ids)
    known = known_orders(given, frame) if erased else design.orders(frame, seed=given["seed"])
    return {id: at for ids in known.by_stratum.values() for at, id in enumerate(ids, start=1)}
