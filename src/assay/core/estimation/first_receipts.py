"""Receipts of the first version, which hold no frame: still checked, no longer made.

From the file alone it can be seen that sizes, order, cases and chances belong together; that nobody with a
lower ticket was passed over needs the frame that was kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from assay.core.errors import Refused
from assay.core.estimation import design
from assay.core.estimation.frame import Frame
from assay.core.messages import Message, message

VERSION = 1
RESERVE_PERCENT = 20


def text(receipt: Mapping[str, Any]) -> str:
    """The one spelling that was hashed."""
    return json.dumps(receipt, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def hash_of(receipt: Mapping[str, Any]) -> str:
    """SHA-256 of the text."""
    return hashlib.sha256(text(receipt).encode()).hexdigest()


def verify(receipt: Mapping[str, Any], frame: Frame) -> tuple[str, ...]:
    """What does not agree between a receipt and the frame it speaks of; empty if the draw can be repeated."""
    try:
        alone = faults(receipt)
        if frame.hash != receipt["frame"]["hash"]:
            return ("the frame is not the one that was drawn from",)
        counts = design.allocate(frame.sizes, receipt["size"], min_per_stratum=receipt["min_per_pdu"])
        sample = design.draw(frame, counts, seed=receipt["seed"])
    except Refused as refused:
        return (refused.message.worded(),)
    listed = {each["pdu"]: each["order"] for each in receipt["strata"]}
    again = {name: list(sample.order[name][: len(listed.get(name, ()))]) for name in sample.order}
    return (*(each.worded() for each in alone), *(() if listed == again else ("strata differs",)))


def faults(receipt: Any) -> tuple[Message, ...]:
    """What does not fit in the file alone, a sentence each. ``Refused`` where it is no such receipt."""
    try:
        return tuple(_faults(receipt))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refused(
            message("This is no receipt of the first version: something is missing in it.")
        ) from None


def _faults(receipt: Mapping[str, Any]) -> list[Message]:
    found = []
    sizes = {each["pdu"]: each["eligible"] for each in receipt["strata"]}
    drawn = {each["pdu"]: each["drawn"] for each in receipt["strata"]}
    orders = {each["pdu"]: each["order"] for each in receipt["strata"]}
    if sum(sizes.values()) != receipt["frame"]["eligible"]:
        found.append(message("The strata do not add up to the number eligible."))
    if design.allocate(sizes, receipt["size"], min_per_stratum=receipt["min_per_pdu"]) != drawn:
        found.append(message("The allocation does not follow from the sizes of the strata."))
    standing_by = design.standing_by(drawn, sizes, percent=RESERVE_PERCENT)
    seed, key = receipt["seed"], receipt["frame"]["hash"]
    for name, order in orders.items():
        if len(order) != drawn[name] + standing_by[name]:
            found.append(message("Stratum {name} lists another number of cases than it should.", name=name))
        if list(design.in_order(set(order), seed=seed, frame_hash=key)) != order:
            found.append(message("Stratum {name} is not in the order of the seed.", name=name))
        if [drawn[name], sizes[name]] != next(
            each["chance"] for each in receipt["strata"] if each["pdu"] == name
        ):
            found.append(message("Stratum {name} states another chance.", name=name))
    expected = [
        {"assignment": id, "pdu": name, "chance": [drawn[name], sizes[name]]}
        for name in sorted(orders)
        for id in orders[name][: drawn[name]]
    ]
    if receipt["cases"] != [{"number": at, **each} for at, each in enumerate(expected, start=1)]:
        found.append(message("The cases are not the first of each stratum, with their chances."))
    return found
