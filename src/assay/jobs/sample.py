"""``assay sample``: how many cases, which, and whether a sealed receipt fits. It needs no database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from assay.core.errors import Refused
from assay.core.estimation import erasing, first_receipts, receipts, verifying
from assay.core.estimation.allocation import FLOOR, LEAST
from assay.core.estimation.design import BUFFER_PERCENT
from assay.core.estimation.eligibility import REASONS, SAME_BY, Judged, frame_of, judged
from assay.core.estimation.lists import candidates, fields
from assay.core.estimation.nested import CAP
from assay.core.estimation.plans import Drawn, Plan, carry_out
from assay.core.estimation.receipts import SIZE_ASKED, Receipt, size_from
from assay.core.estimation.strata import FIVE, Columns, Stratification, shipped, stratification
from assay.core.messages import message
from assay.jobs.shell import Format, read_json, read_rows, read_text, refusing, write_object, write_rows

app = typer.Typer(
    no_args_is_help=True, help="Draw a sample with a sealed receipt: how many, which, and whether it fits."
)
DAY = ["%Y-%m-%d"]
DOES_NOT_FIT = 1
SAME = ",".join(SAME_BY)
DEFAULTS: Mapping[str, float] = {"level": 0.8, "p": 0.5, "deff": 1.0, "response": 1.0}

Printed = Annotated[Format, typer.Option("--format", help="A table to read, JSON or CSV.")]
Level = Annotated[float, typer.Option(help="Two-sided confidence, a share: 0.8.")]
Share = Annotated[float, typer.Option("--p", help="The rate expected, a share; 0.5 is the safest.")]
Deff = Annotated[float, typer.Option(help="Design effect; 1 for cases drawn one by one.")]
Response = Annotated[float, typer.Option(help="The share of cases that can be read in the end.")]
Receipts = Annotated[str, typer.Argument(help="The receipt, a file or - for the input.")]


class Method(StrEnum):
    """How cases are shared over strata."""

    PROPORTIONAL = "proportional"
    NEYMAN = "neyman"
    PUBLISHED = "published"


@app.command()
def size(
    population: Annotated[int | None, typer.Option(help="How many are eligible.")] = None,
    margin: Annotated[float | None, typer.Option(help="Half the width wanted, a share: 0.05.")] = None,
    level: Level = DEFAULTS["level"],
    p: Share = DEFAULTS["p"],
    deff: Deff = DEFAULTS["deff"],
    response: Response = DEFAULTS["response"],
    source: Annotated[
        str, typer.Option("--in", help="Rows with these fields instead, CSV or JSON; - for the input.")
    ] = "",
    format: Printed = Format.TABLE,
) -> None:
    """How many cases to draw, step by step: n0 = z²p(1-p)/margin², times the design effect, then
    n/(1 + (n - 1)/population), then over the response, rounded up."""
    options = (population, margin, level, p, deff, response)
    with refusing():
        if source:
            rows = enumerate(read_rows(source), start=1)
            write_rows([_sized(row, f"row {at}, ") for at, row in rows], format, title="Sample size")
            return
        sized = _sized(dict(zip(SIZE_ASKED, options, strict=True)), "")
        if format is Format.CSV:
            write_rows([sized], format)
        else:
            write_object(sized, format, title="Sample size")


def _sized(row: Mapping[str, Any], place: str) -> dict[str, Any]:
    """One size; what stands in the row besides (a name, a region) is kept in front."""
    given = {name: _number(row, name, place) for name in SIZE_ASKED}
    kept = {name: value for name, value in row.items() if name not in SIZE_ASKED}
    try:
        return {**kept, **size_from(**given)}
    except Refused as refused:
        raise Refused(message("{place}{said}", place=place, said=refused.message.worded())) from None


def _number(row: Mapping[str, Any], name: str, place: str) -> float:
    value = row.get(name)
    if value is None:
        value = DEFAULTS.get(name)
    if value is None:
        said = message("{place}{field}: it is needed, and is not there.", place=place, field=name)
        raise Refused(said)
    try:
        found = float(value)
        if name == "population" and found != int(found):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise Refused(
            message(
                "{place}{field}: {value} is not a number of this kind.", place=place, field=name, value=value
            )
        ) from None
    return found


Source = Annotated[str, typer.Option("--in", help="The list, a row a case, CSV or JSON; - for the input.")]
Seed = Annotated[str, typer.Option(help="Any words or numbers nobody could have chosen on purpose.")]
Size = Annotated[int | None, typer.Option(help="How many cases; or give --margin.")]
Margin = Annotated[float | None, typer.Option(help="Half the width wanted, a share: 0.05.")]
StrataBy = Annotated[
    str,
    typer.Option(
        help=f"{FIVE}, columns of the list with commas between, or a .yaml or .json file that defines "
        "strata. If not given: the column stratum, else one stratum of all."
    ),
]
By = Annotated[Method, typer.Option(help="How cases are shared over strata; published: the rule of 2020-21.")]
Least = Annotated[int, typer.Option(help="At least so many of each stratum, or all it has.")]
Spread = Annotated[str, typer.Option(help="For neyman: the standard deviation of each, A=0.5,B=0.4.")]
Floor = Annotated[float, typer.Option(help="For neyman: no spread is believed smaller.")]
Buffer = Annotated[int, typer.Option(help="So many in 100 of those drawn stand by.")]
Within = Annotated[
    str, typer.Option(help="Share each stratum out over these columns: cluster,ldu,responsibleOfficer.")
]
Cap = Annotated[int, typer.Option(help="With --within: at most so many of a practitioner; 0: any.")]
AsAt = Annotated[
    datetime | None, typer.Option(formats=DAY, help="The day the list speaks for: no later start.")
]
From = Annotated[datetime | None, typer.Option("--from", formats=DAY, help="Began on this day or later.")]
To = Annotated[datetime | None, typer.Option("--to", formats=DAY, help="Began on this day or earlier.")]
SameBy = Annotated[str, typer.Option(help="Rows are one person's by any of these; none: each row counts.")]
WholeList = Annotated[
    bool, typer.Option(help="A row left out can push out a later one, as in the rule of 2020-21.")
]
Id = Annotated[str, typer.Option(help="The column with the id; else id, else the row's number.")]
Written = Annotated[Path | None, typer.Option(help="Write the sealed receipt to this file.")]
SaltKey = Annotated[
    Path | None, typer.Option(help="A file with a secret: rows can then be erased from the receipt later.")
]


@app.command()
def draw(
    source: Source,
    seed: Seed,
    size: Size = None,
    margin: Margin = None,
    level: Level = DEFAULTS["level"],
    p: Share = DEFAULTS["p"],
    deff: Deff = DEFAULTS["deff"],
    response: Response = DEFAULTS["response"],
    strata: StrataBy = "",
    method: By = Method.PROPORTIONAL,
    least: Least = LEAST,
    spread: Spread = "",
    floor: Floor = FLOOR,
    buffer: Buffer = BUFFER_PERCENT,
    within: Within = "",
    cap: Cap = CAP,
    as_at: AsAt = None,
    started_from: From = None,
    started_to: To = None,
    same_by: SameBy = SAME,
    whole_list: WholeList = False,
    id: Id = "",
    receipt: Written = None,
    salt_key: SaltKey = None,
    format: Printed = Format.TABLE,
) -> None:
    """Draw a sample: who is eligible and why not, how many of each stratum, which, and who stands by.

    JSON is the sealed receipt itself; a table and CSV have the cases. The same list and seed give the same
    cases, in any order of the list if it has ids.
    """
    with refusing():
        columns = _listed(within)
        rows = read_rows(source)
        log = judged(
            candidates(rows, id_column=id, within=columns),
            stratify=_strata(strata, rows).of,
            as_at=as_at.date() if as_at else None,
            started_between=_window(started_from, started_to),
            same_by=_same_by(same_by),
            whole_list=whole_list,
        )
        asked = _size_asked(log, size, margin, {"level": level, "p": p, "deff": deff, "response": response})
        plan = Plan(
            size=int(size_from(**asked)["n"]) if asked else int(size or 0),
            method=method.value,
            least=least,
            spread=_spread(spread) if spread else None,
            floor=floor,
            buffer_percent=buffer,
            within=bool(columns),
            cap=cap or None,
        )
        drawn = carry_out(frame_of(log), plan, seed=seed)
        made = receipts.receipt(
            log,
            drawn,
            reasons=REASONS,
            about={"rows": len(rows), "rows_sha256": _hash_of(rows), "strata_by": strata or "stratum"},
            salt_key=_secret(salt_key) if salt_key else None,
            size_asked=asked,
        )
        if receipt:
            receipt.write_text(receipts.text(made), "utf-8")
    _print(made, drawn, format)


def _size_asked(
    log: Sequence[Judged], size: int | None, margin: float | None, rest: Mapping[str, float]
) -> dict[str, float] | None:
    if (size is None) == (margin is None):
        raise Refused(message("Give either --size or --margin."))
    if margin is None:
        return None
    return {"population": sum(not each.reason for each in log), "margin": margin, **rest}


def _strata(asked: str, rows: Sequence[Mapping[str, Any]]) -> Stratification | Columns:
    said = {name for row in rows for name in fields(row)}
    if not asked:
        return Columns(columns=("stratum",) if "stratum" in said else ())
    if asked in shipped():
        return shipped()[asked]
    if asked.endswith((".yaml", ".yml", ".json")):
        try:
            written = yaml.safe_load(read_text(asked))
        except yaml.YAMLError:
            raise Refused(message("strata: {file} cannot be read.", file=Path(asked).name)) from None
        return stratification(written[0] if isinstance(written, list) and written else written)
    columns = _listed(asked)
    for name in columns:
        if name not in said:
            raise Refused(
                message(
                    "strata: {name} is no column of the list, no file, and none of {known}.",
                    name=name,
                    known=", ".join(shipped()),
                )
            )
    return Columns(columns=columns)


def _listed(written: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in written.split(",") if each.strip())


def _same_by(written: str) -> tuple[str, ...]:
    found = () if written.strip() == "none" else _listed(written)
    for name in found:
        if name not in SAME_BY:
            known = ", ".join(SAME_BY)
            raise Refused(message("same-by: {value} is none of {known}.", value=name, known=known))
    return found


def _window(first: datetime | None, last: datetime | None) -> tuple[date, date] | None:
    if first is None and last is None:
        return None
    if first is not None and last is not None and first > last:
        raise Refused(message("--from is after --to."))
    return first.date() if first else date.min, last.date() if last else date.max


def _spread(written: str) -> dict[str, float]:
    found = {}
    for each in _listed(written):
        name, _, value = each.rpartition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            raise Refused(message("spread: {value} is not as A=0.5.", value=each)) from None
    return found


def _secret(path: Path) -> bytes:
    try:
        found = path.read_bytes().strip()
    except OSError:
        raise Refused(message("salt-key: {file} cannot be read.", file=path.name)) from None
    if not found:
        raise Refused(message("salt-key: {file} is empty.", file=path.name))
    return found


def _hash_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 over the rows in any order: the same list saved again has the same."""
    lines = sorted(json.dumps(row, sort_keys=True, default=str) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _print(made: Receipt, drawn: Drawn, format: Format) -> None:
    if format is Format.JSON:
        typer.echo(receipts.text(made), nl=False)
        return
    for each in drawn.warnings:
        typer.echo(each.worded(), err=True)
    if format is Format.TABLE:
        reasons = [
            {"left out because": made["reasons"][code]["sentence"], "cases": count}
            for code, count in made["frame"]["left_out"].items()
        ]
        if reasons:
            write_rows(reasons, format)
        write_rows([_stratum(each) for each in made["strata"]], format)
    title = f"Sealed: {made['seal']}"
    write_rows(list(_cases(made)), format, title=title)


def _stratum(each: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: each[name] for name in ("stratum", "eligible", "drawn")}
    return {**named, "stand by": len(each["order"]) - each["drawn"], "chance": _chance(each["chance"])}


def _cases(made: Receipt) -> list[dict[str, Any]]:
    """Those drawn, then those that stand by in order."""
    drawn = [
        {
            "number": each["number"],
            "case": each["case"],
            "stratum": each["stratum"],
            "standing": "drawn",
            "chance": _chance(each["chance"]),
            "weight": round(each["chance"][1] / each["chance"][0], 6),
        }
        for each in made["cases"]
    ]
    waiting = [
        {
            "number": "",
            "case": id,
            "stratum": each["stratum"],
            "standing": "stands by",
            "chance": "",
            "weight": "",
        }
        for each in made["strata"]
        for id in each["order"][each["drawn"] :]
    ]
    return [*drawn, *waiting]


def _chance(pair: Sequence[int]) -> str:
    return f"{pair[0]} in {pair[1]}"


@app.command()
def verify(
    file: Receipts,
    seal: Annotated[str, typer.Option(help="The seal as it was known on the day of the draw.")] = "",
    frame: Annotated[
        Path | None, typer.Option(help="For a receipt of the first version: the frame kept with it.")
    ] = None,
    format: Printed = Format.TABLE,
) -> None:
    """Say what fits in a receipt and what does not, from the file alone: the draw is made again.

    Exit status 0 if all fits, 1 if something does not, 2 if it is no receipt.
    """
    with refusing():
        given = read_json(file)
        version = given.get("receipt_version") if isinstance(given, Mapping) else None
        checks = _first_version(given, frame) if version == first_receipts.VERSION else _checked(given, seal)
        write_rows(checks, format, title="Receipt")
    if any(each["fits"] == "no" for each in checks):
        raise typer.Exit(DOES_NOT_FIT)


def _checked(given: Any, seal: str) -> list[dict[str, str]]:
    return [
        {"about": each.about, "fits": "yes" if each.fits else "no", "said": each.said.worded()}
        for each in verifying.verify(given, seal=seal or None)
    ]


def _first_version(given: Any, frame: Path | None) -> list[dict[str, str]]:
    """What the file shows alone; and with the frame that was kept, whether the draw can be repeated."""
    alone = [each.worded() for each in first_receipts.faults(given)]
    found = [{"about": "file", "fits": "no", "said": each} for each in alone]
    if not alone:
        said = message("Sizes, order, cases and chances belong together, as far as the file shows.").worded()
        found = [{"about": "file", "fits": "yes", "said": said}]
    if frame is None:
        said = message(
            "A receipt of the first version does not hold the frame: give it with --frame."
        ).worded()
        return [*found, {"about": "frame", "fits": "not in the file", "said": said}]
    from assay.inspection.samples import rules
    from assay.inspection.samples.frames import frame_from_json

    try:
        kept = frame_from_json(read_text(str(frame)))
    except (ValueError, KeyError, TypeError, IndexError):
        raise Refused(message("{file} is no frame as it is kept.", file=frame.name)) from None
    faults = rules.verify(given, kept)
    good = message("Drawing again from the frame gives the same cases.").worded()
    rows = [{"about": "frame", "fits": "no", "said": each} for each in faults]
    return [*found, *(rows or [{"about": "frame", "fits": "yes", "said": good}])]


@app.command()
def replace(
    file: Receipts,
    out: Annotated[str, typer.Option(help="The case that cannot be read.")],
    reason: Annotated[str, typer.Option(help="Why. It stays with the receipt: name nobody.")],
    on: Annotated[datetime | None, typer.Option(formats=DAY, help="The day.")] = None,
) -> None:
    """Put the next of the same stratum in the place of a case, and print the receipt with it. The seal of the
    draw stays; the replacement is sealed upon it."""
    with refusing():
        day = on.date().isoformat() if on else ""
        made = verifying.put_in_place(read_json(file), out=out, reason=reason, on=day)
    typer.echo(receipts.text(made), nl=False)


@app.command()
def erase(
    file: Receipts,
    id: Annotated[list[str], typer.Option(help="The case whose row goes; may be given again.")],
) -> None:
    """Erase rows from a receipt made with a salt key, and print it. Their salted hashes stay, and it still
    verifies."""
    with refusing():
        made = erasing.erase(read_json(file), id)
    typer.echo(receipts.text(made), nl=False)
