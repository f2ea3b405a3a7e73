"""What does not fit in a sealed receipt, from the file alone: the draw is made again and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from assay.core.errors import Refused
from assay.core.estimation import design, receipts
from assay.core.estimation.design import Orders, Sample
from assay.core.estimation.eligibility import Judged, by_reason, frame_of
from assay.core.estimation.frame import Frame
from assay.core.estimation.plans import Drawn, Plan, carry_out
from assay.core.estimation.receipts import ERASED, Receipt, read_id
from assay.core.messages import Message, message

_SHAPE: Mapping[str, type] = {
    "unit": str,
    "strata_are": str,
    "seed": str,
    "size": int,
    "plan": dict,
    "frame": dict,
    "reasons": dict,
    "strata": list,
    "cases": list,
    "allocation": list,
    "considered": list,
    "replacements": list,
    "seal": str,
}


_PLANNED: Mapping[str, tuple[type, ...]] = {
    "size": (int,),
    "method": (str,),
    "least": (int,),
    "spread": (dict, type(None)),
    "floor": (int, float),
    "buffer_percent": (int,),
    "within": (bool,),
    "cap": (int, type(None)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at: what, whether it fits, and a sentence."""

    about: str
    fits: bool
    said: Message


def verify(given: Any, *, seal: str | None = None) -> tuple[Check, ...]:
    """Everything that can be checked from a receipt alone, in order; it fits if each check does.

    ``seal`` is the seal as it was known elsewhere on the day of the draw: anybody can seal a receipt again,
    and only this shows that it is the same one. ``Refused`` where it is no receipt of a sample.
    """
    check_shape(given)
    log = log_of(given)
    return (
        *_seal_checks(given, seal),
        *_log_checks(given, log),
        *_size_checks(given),
        *_draw_checks(given, log),
        *_replacement_checks(given),
        *_version_checks(given),
    )


def faults(given: Any, *, seal: str | None = None) -> tuple[Message, ...]:
    """What does not fit, a sentence each; nothing if all does."""
    return tuple(each.said for each in verify(given, seal=seal) if not each.fits)


def check_shape(given: Any) -> None:
    """``Refused`` where it is no receipt, or of a version this does not know."""
    if not isinstance(given, Mapping) or "receipt_version" not in given:
        raise Refused(message("This is no receipt of a sample: receipt_version is missing."))
    if given["receipt_version"] != receipts.VERSION:
        raise Refused(
            message(
                "receipt_version: this checks version {known}, and the receipt is of version {found}.",
                known=receipts.VERSION,
                found=given["receipt_version"],
            )
        )
    for name, kind in _SHAPE.items():
        if not isinstance(given.get(name), kind):
            raise Refused(message("{name}: it is missing in the receipt, or of another kind.", name=name))
    for name, asked in _rows(given["unit"], given["strata_are"]).items():
        for number, row in enumerate(given[name], start=1):
            said = row if isinstance(row, Mapping) else {}
            wrong = [field for field, kinds in asked.items() if not isinstance(said.get(field), kinds)]
            if wrong:
                raise Refused(
                    message(
                        "{name}, row {number}: {field} is missing, or of another kind.",
                        name=name,
                        number=number,
                        field=wrong[0],
                    )
                )


def _rows(unit: str, strata_are: str) -> Mapping[str, Mapping[str, tuple[type, ...]]]:
    """What the rows of each list must hold, and may."""
    nothing = type(None)
    return {
        "considered": {
            unit: (str, dict),
            strata_are: (str,),
            "reason": (str, nothing),
            "within": (list, nothing),
            "salt": (str, nothing),
        },
        "strata": {"order": (list,)},
        "cases": {unit: (str, dict)},
        "allocation": {"step": (str,)},
        "replacements": {
            "out": (str, dict),
            "into": (str, dict),
            "reason": (str,),
            "on": (str,),
            "seal": (str,),
        },
    }


def log_of(given: Mapping[str, Any]) -> tuple[Judged, ...]:
    """The eligibility log of a receipt."""
    return tuple(
        Judged(
            id=read_id(row[given["unit"]]),
            stratum=row[given["strata_are"]],
            reason=row.get("reason") or "",
            within=tuple(map(str, row.get("within") or ())),
        )
        for row in given["considered"]
    )


def _seal_checks(given: Mapping[str, Any], seal: str | None) -> list[Check]:
    found = [
        _check(
            "seal",
            receipts.seal_of(given) == given["seal"],
            message("It is as it was sealed."),
            message("It was changed after it was sealed: the seal does not hold."),
        )
    ]
    if seal is not None:
        found.append(
            _check(
                "known seal",
                given["seal"] == seal,
                message("Its seal is the one known from elsewhere."),
                message("Its seal is not the one known from elsewhere."),
            )
        )
    return found


def _log_checks(given: Mapping[str, Any], log: Sequence[Judged]) -> list[Check]:
    left_out, frame = by_reason(log), given["frame"]
    twice = [id for id, times in Counter(each.id for each in log).items() if times > 1]
    eligible = len(log) - sum(left_out.values())
    counted = (len(log), eligible, left_out) == (
        frame.get("considered"),
        frame.get("eligible"),
        frame.get("left_out"),
    )
    unexplained = sorted(set(left_out) - set(given["reasons"]))
    found = [
        _check(
            "log",
            counted and not twice,
            message(
                "{considered} were considered, {eligible} are eligible, and the others have their reasons.",
                considered=len(log),
                eligible=eligible,
            ),
            message("The numbers considered, eligible or left out are not those of the log.")
            if not twice
            else message("{id} stands twice in the log.", id=twice[0] if twice else ""),
        )
    ]
    if unexplained:
        said = message("{reason} is a reason that the receipt does not explain.", reason=unexplained[0])
        found.append(Check(about="reasons", fits=False, said=said))
    return found


def _size_checks(given: Mapping[str, Any]) -> list[Check]:
    """Where the size was worked out and not given, it is worked out again."""
    asked = given.get("size_from")
    if asked is None:
        return []
    try:
        fits = receipts.size_from(**{name: asked[name] for name in receipts.SIZE_ASKED}) == asked
    except (Refused, TypeError, ValueError, KeyError):
        fits = False
    fits = fits and (asked["n"], asked["population"]) == (
        given["plan"].get("size"),
        given["frame"].get("eligible"),
    )
    return [
        _check(
            "size",
            fits,
            message("The size follows from the margin, the level and the number eligible."),
            message("The size does not follow from the margin, the level and the number eligible."),
        )
    ]


def _draw_checks(given: Mapping[str, Any], log: Sequence[Judged]) -> list[Check]:
    try:
        frame = frame_of(log)
        drawn = _drawn_again(given, frame)
    except Refused as refused:
        return [Check(about="draw", fits=False, said=refused.message)]
    made = receipts.of_draw(drawn, given["unit"], given["strata_are"])
    checks: tuple[tuple[str, Callable[[Mapping[str, Any]], Any], Message, Message], ...] = (
        (
            "allocation",
            lambda each: [[step.get("at"), step["step"], step.get("value")] for step in each["allocation"]],
            message("Each number of the allocation follows from the frame and the plan."),
            message("The allocation does not follow from the frame and the plan."),
        ),
        (
            "order",
            lambda each: each["strata"],
            message("Drawing again gives the same cases of each stratum, and the same standing by."),
            message("Drawing again gives other cases of a stratum, or others standing by."),
        ),
        (
            "cases",
            lambda each: (each["cases"], each["size"]),
            message("Drawing again gives the same sample, with the same chances."),
            message("Drawing again gives another sample, or other chances."),
        ),
    )
    return [
        *_frame_checks(given, frame),
        *(_check(about, part(made) == part(given), yes, no) for about, part, yes, no in checks),
    ]


def _frame_checks(given: Mapping[str, Any], frame: Frame) -> list[Check]:
    erased = [id.removeprefix(ERASED) for id in frame.ids if id.startswith(ERASED)]
    if erased:
        said = message(
            "Rows of the frame were erased: {count}. Their salted hashes stay under the seal: {hashes}.",
            count=len(erased),
            hashes=", ".join(each[:12] for each in erased),
        )
        return [Check(about="erased", fits=True, said=said)]
    return [
        _check(
            "frame",
            frame.hash == given["frame"].get("hash"),
            message("The eligible cases have the hash of the frame."),
            message("The eligible cases do not have the hash of the frame that was drawn from."),
        )
    ]


def _drawn_again(given: Mapping[str, Any], frame: Frame) -> Drawn:
    plan = _plan(given["plan"])
    erased = any(id.startswith(ERASED) for id in frame.ids)
    ordered = known_orders(given, frame) if erased else None
    return carry_out(frame, plan, seed=given["seed"], ordered=ordered)


def _plan(given: Mapping[str, Any]) -> Plan:
    known = {each.name for each in fields(Plan)}
    if set(given) != known:
        wrong = sorted(set(given) ^ known)[0]
        raise Refused(message("plan: {name} is missing, or is not known.", name=wrong))
    for name, kinds in _PLANNED.items():
        if not isinstance(given[name], kinds):
            raise Refused(message("plan: {name} is of another kind.", name=name))
    return Plan(**given)


def known_orders(given: Mapping[str, Any], frame: Frame) -> Orders:
    """Each stratum's order where some ids are erased: these stand at the places their rows keep."""
    unit = given["unit"]
    places = {read_id(row[unit]): row.get("place") for row in given["considered"]}
    key = str(given["frame"].get("hash"))
    found = {}
    for name, ids in frame.by_stratum().items():
        known = design.in_order(
            (id for id in ids if not id.startswith(ERASED)), seed=given["seed"], frame_hash=key
        )
        order = list(known)
        erased = [(places[id], id) for id in ids if id.startswith(ERASED)]
        if not all(isinstance(place, int) and 1 <= place <= len(ids) for place, _ in erased):
            raise Refused(message("considered: an erased row does not say its place in the order."))
        for place, id in sorted(erased):
            order.insert(place - 1, id)
        found[name] = tuple(order)
    return Orders(key, found)


def sample_as_it_stands(given: Receipt) -> Sample:
    """The sample of a receipt with its replacements carried out, drawn again from the seed. ``Refused`` where
    one of them does not follow."""
    check_shape(given)
    sample = _drawn_again(given, frame_of(log_of(given))).sample
    for number, row in enumerate(given["replacements"], start=1):
        sample = design.replace(sample, read_id(row["out"]), reason=row["reason"])
        if sample.replaced[-1].into != read_id(row["into"]):
            raise Refused(
                message(
                    "Replacement {number}: the next in order is {next}, not {into}.",
                    number=number,
                    next=_shown(sample.replaced[-1].into),
                    into=_shown(read_id(row["into"])),
                )
            )
    return sample


def _shown(id: str) -> str:
    return id.removeprefix(ERASED)[:12] if id.startswith(ERASED) else id


def put_in_place(given: Receipt, *, out: str, reason: str, on: str = "") -> Receipt:
    """The receipt with the next of the same stratum in the place of ``out``. ``Refused`` where that cannot
    be, or the receipt does not fit."""
    for fault in faults(given):
        raise Refused(fault)
    sample = design.replace(sample_as_it_stands(given), out, reason=reason)
    return receipts.replace(given, out=out, into=sample.replaced[-1].into, reason=reason, on=on)


def _replacement_checks(given: Mapping[str, Any]) -> list[Check]:
    if not given["replacements"]:
        return []
    rows = given["replacements"]
    chained = all(receipts.chained(given, rows[:at], row) == row["seal"] for at, row in enumerate(rows))
    found = [
        _check(
            "replacements",
            chained,
            message("Replacements are as they were sealed, each with its reason: {count}.", count=len(rows)),
            message("A replacement was changed, put in or taken out after it was sealed."),
        )
    ]
    try:
        sample_as_it_stands(dict(given))
    except Refused as refused:
        found.append(Check(about="replacements", fits=False, said=refused.message))
    return found


def _version_checks(given: Mapping[str, Any]) -> list[Check]:
    """Another version of the code may check an old receipt: what counts is that it draws the same cases."""
    made_by, here = str(given.get("code_version", "")), receipts.code_version()
    if made_by == here:
        return []
    said = message("It was made by version {made_by} and checked by {here}.", made_by=made_by, here=here)
    return [Check(about="version", fits=True, said=said)]


def _check(about: str, fits: bool, yes: Message, no: Message) -> Check:
    return Check(about=about, fits=fits, said=yes if fits else no)
