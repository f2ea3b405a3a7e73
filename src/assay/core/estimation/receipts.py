"""The sealed receipt of a draw: everything by which anybody can draw again, in one file.

It holds the eligibility log (each case considered, with the reason if it was left out), the plan, the seed,
every number of the allocation with why it is what it is, the cases with their chances, who stands by, and
replacements. The seal is a SHA-256 over all but the replacements, which are sealed in a chain after it, so
that the seal known on the day of the draw stays good.

Cases are named by their ids, never by people. A log with salts can lose a row: its id and salt go, its salted
hash stays, and the seal still holds.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib import metadata, resources
from typing import Any

from assay.core.errors import Refused
from assay.core.estimation import design
from assay.core.estimation.eligibility import Judged, Reason, by_reason
from assay.core.estimation.plans import Drawn
from assay.core.messages import message

VERSION = 2
ERASED = "\0"
"""Begins what stands for the id of an erased row; its salted hash follows."""
OUTSIDE_THE_SEAL = frozenset({"considered", "replacements", "seal"})
DRAWING = ("allocation.py", "design.py", "frame.py", "nested.py", "plans.py")
SIZE_ASKED = ("population", "margin", "level", "p", "deff", "response")
HOW = (
    "Within a stratum the lowest SHA-256 of seed, frame hash and case, one to a line. The frame hash is the "
    "SHA-256 of the eligible cases with their strata, and places within if there are any, as sorted JSON "
    "without spaces."
)

Receipt = dict[str, Any]


@cache
def code_version() -> str:
    """The version of Assay and a hash of the modules that draw, so that a receipt names what made it."""
    here = resources.files("assay.core.estimation")
    parts = [here.joinpath(name).read_text("utf-8") for name in DRAWING]
    return f"{metadata.version('assay')}+{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:16]}"


def receipt(
    log: Sequence[Judged],
    drawn: Drawn,
    *,
    reasons: Mapping[str, Reason],
    about: Mapping[str, Any] | None = None,
    unit: str = "case",
    strata_are: str = "stratum",
    not_listed: int = 0,
    salt_key: bytes | None = None,
    size_asked: Mapping[str, float] | None = None,
) -> Receipt:
    """The sealed receipt of this draw from this log.

    ``about`` is put in as it is, under names of its own. ``unit`` and ``strata_are`` say what a case and a
    stratum are called. ``not_listed`` counts who is not in the log because access is limited. With a
    ``salt_key``, which is not kept, each row has a salt, and can be erased later. ``size_asked`` is what the
    size was worked out from, if it was, by the names of :data:`SIZE_ASKED`.
    """
    made: Receipt = {
        "receipt_version": VERSION,
        **(about or {}),
        "unit": unit,
        "strata_are": strata_are,
        "seed": drawn.sample.seed,
        "plan": asdict(drawn.plan),
        **({"size_from": size_from(**size_asked)} if size_asked else {}),
        "method": HOW,
        "code_version": code_version(),
        **_of_log(log, drawn, reasons, not_listed),
        **of_draw(drawn, unit, strata_are),
        "replacements": [],
        "considered": [
            _row(each, unit, strata_are, _salt(salt_key, each.id))
            for each in sorted(log, key=lambda each: each.id)
        ],
    }
    return {**made, "seal": seal_of(made)}


def size_from(
    *, population: float, margin: float, level: float, p: float, deff: float, response: float
) -> dict[str, float]:
    """A sample size with what it was worked out from and each step to it, rounded to six places."""
    made = design.sample_size(int(population), margin=margin, level=level, p=p, deff=deff, response=response)
    asked = (int(population), margin, level, p, deff, response)
    steps = {name: round(each, 6) for name, each in asdict(made).items()}
    return {**dict(zip(SIZE_ASKED, asked, strict=True)), **steps}


def _of_log(
    log: Sequence[Judged], drawn: Drawn, reasons: Mapping[str, Reason], not_listed: int
) -> dict[str, Any]:
    left_out = by_reason(log)
    return {
        "frame": {
            "hash": drawn.sample.frame_hash,
            "considered": len(log),
            "eligible": len(log) - sum(left_out.values()),
            "not_listed": not_listed,
            "left_out": left_out,
        },
        "reasons": {code: _reason(code, reasons) for code in sorted(left_out)},
    }


def _reason(code: str, reasons: Mapping[str, Reason]) -> dict[str, str]:
    """A code the caller has no sentence for was given by the list itself, in its own words."""
    if code not in reasons:
        return {"sentence": code, "source": "the list", "confidence": "as given"}
    known = reasons[code]
    return {"sentence": known.sentence.worded(), "source": known.source, "confidence": known.confidence}


def of_draw(drawn: Drawn, unit: str, strata_are: str) -> dict[str, Any]:
    """What follows from frame, plan and seed alone; a verification makes it again."""
    sample = drawn.sample
    return {
        "size": len(sample),
        "strata": [
            {
                strata_are: name,
                "eligible": sample.sizes[name],
                "drawn": n,
                "chance": [n, sample.sizes[name]],
                "order": [written(id) for id in sample.order[name][: n + drawn.standing_by[name]]],
            }
            for name, n in sorted(sample.n_by_stratum.items())
        ],
        "cases": [
            {"number": number, unit: written(id), strata_are: name, "chance": list(drawn.chance(id, name))}
            for number, (id, name) in enumerate(zip(sample.ids, sample.stratum, strict=True), start=1)
        ],
        "allocation": [
            {
                "at": list(each.at),
                "step": each.name,
                "value": str(each.value),
                "because": each.because.worded(),
            }
            for each in drawn.steps
        ],
        "warnings": [each.worded() for each in drawn.warnings],
    }


def _salt(key: bytes | None, id: str) -> str:
    return hmac.new(key, id.encode(), "sha256").hexdigest()[:32] if key else ""


def _row(each: Judged, unit: str, strata_are: str, salt: str) -> dict[str, Any]:
    return {
        unit: each.id,
        strata_are: each.stratum,
        **({"reason": each.reason} if each.reason else {}),
        **({"within": list(each.within)} if each.within else {}),
        **({"salt": salt} if salt else {}),
    }


def written(id: str) -> str | dict[str, str]:
    """An id as it stands in a receipt: itself, or the hash that an erased one leaves."""
    return {"erased": id.removeprefix(ERASED)} if id.startswith(ERASED) else id


def read_id(value: Any) -> str:
    """What :func:`written` wrote. ``Refused`` where it is neither."""
    if isinstance(value, str) and value and not value.startswith(ERASED):
        return value
    erased = value.get("erased") if isinstance(value, Mapping) else None
    if isinstance(erased, str):
        return ERASED + erased
    raise Refused(message("A case of the receipt has no id."))


def salted_hash(id: str, salt: str) -> str:
    """What stays of an id when its row is erased."""
    return id.removeprefix(ERASED) if id.startswith(ERASED) else _sha256(f"{salt}\n{id}")


def seal_of(given: Mapping[str, Any]) -> str:
    """SHA-256 of the receipt without its replacements, each id standing as its salted hash."""
    hashes = _hashes(given)
    inside = {name: value for name, value in given.items() if name not in OUTSIDE_THE_SEAL}
    unit = given["unit"]
    return _sha256(
        canonical(
            {
                **inside,
                "strata": [{**each, "order": _hashed(each["order"], hashes)} for each in inside["strata"]],
                "cases": [{**each, unit: _hashed([each[unit]], hashes)[0]} for each in inside["cases"]],
                "log": log_hash(given),
            }
        )
    )


def log_hash(given: Mapping[str, Any]) -> str:
    """SHA-256 over the hashes of all rows considered, sorted."""
    return _sha256("\n".join(sorted(_leaf(given, row) for row in given["considered"])))


def _leaf(given: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    id = salted_hash(read_id(row[given["unit"]]), row.get("salt", ""))
    return _sha256(canonical([id, row[given["strata_are"]], row.get("reason", ""), row.get("within", [])]))


def _hashes(given: Mapping[str, Any]) -> dict[str, str]:
    """The salted hash of each id of the log."""
    ids = [(read_id(row[given["unit"]]), row.get("salt", "")) for row in given["considered"]]
    return {id: salted_hash(id, salt) for id, salt in ids}


def _hashed(values: Iterable[Any], hashes: Mapping[str, str]) -> list[str]:
    """Ids as their hashes. One that is not in the log stays as it is, and the seal does not hold."""
    return [hashes.get(id, id) for id in map(read_id, values)]


def replace(given: Receipt, *, out: str, into: str, reason: str, on: str = "") -> Receipt:
    """The receipt with one replacement more, sealed upon the last. Who comes in is told by
    :func:`assay.core.estimation.verifying.sample_as_it_stands`; this writes it down."""
    before = given["replacements"]
    row = {"out": out, "into": into, "reason": reason, "on": on}
    return {**given, "replacements": [*before, {**row, "seal": chained(given, before, row)}]}


def chained(given: Mapping[str, Any], before: Sequence[Mapping[str, Any]], row: Mapping[str, Any]) -> str:
    """The seal of a replacement: over the one before it, or that of the draw, and what it says."""
    hashes = _hashes(given)
    out, into = _hashed([row["out"], row["into"]], hashes)
    last = before[-1]["seal"] if before else given["seal"]
    return _sha256(canonical([last, out, into, row["reason"], row["on"]]))


def text(given: Mapping[str, Any]) -> str:
    """The receipt as it is kept and downloaded: a line for each case, each step and each row considered."""
    lines = []
    for name, value in given.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows = ",\n".join(f"  {_json(each)}" for each in value)
            lines.append(f" {_json(name)}: [\n{rows}\n ]")
        else:
            lines.append(f" {_json(name)}: {_json(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def canonical(value: Any) -> str:
    """The one spelling that is hashed, however the file is laid out."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
