"""``assay tier v2|v3``: tiers from what the systems say, with every step and its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from assay.core import tiers
from assay.core.dates import london_day
from assay.core.inputs import fields, passed_over
from assay.core.messages import message
from assay.core.tiers import tables
from assay.core.tiers.checking import Check
from assay.jobs.shell import PIPE, Format, read_rows, refusing, write_rows

app = typer.Typer(no_args_is_help=True, help="Risk tiers, with every step that leads to them and why.")

# Beside its own inputs a row may carry the tier of the record, under the name the tier service gives it.
IMPORTED = "tierScore"
FILE = typer.Argument(help="JSON or CSV, or - for the input. Nested fields of a CSV hold JSON.")
IN = typer.Option("--in", help="The same, named.")
FORMAT = typer.Option(help="A table with a row for each step, or one object or row for each input.")
RULES = typer.Option(help="Thresholds, points and codes in the form of the shipped file, in its place.")
DAY = typer.Option(formats=["%Y-%m-%d"], help="The day; today if not given.")

Row = Mapping[str, Any]


@app.command()
def v2(
    file: Annotated[str, FILE] = PIPE,
    named: Annotated[str | None, IN] = None,
    format: Annotated[Format, FORMAT] = Format.TABLE,
    on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Leave out assessments not complete, or not valid on this day; all are taken if not given.",
        ),
    ] = None,
    rules: Annotated[Path | None, RULES] = None,
) -> None:
    """A letter and a digit, and S where contact is suspended, as B2S.

    Fields, each input an object: id; gender (Female, Male or another word);
    rsrscore, in percent; ogrsscore; registrations, a list of {code, level,
    category, date}; convictions, a list of {sentenceTypeCode, terminationDate,
    requirements}, and requirements of {mainCategoryTypeCode, restrictive};
    previousEnforcementActivity (true or false); assessment, as the assessment
    API has its sections for tiers. What is not given scores nothing, and its
    step says so.

    Codes read of registrations: RVHR or RVRH, RHRH, RMRH, RLRH for RoSH; MAPP
    with a level M1 to M3; RMDO, ALSH, RVLN, RCCO, RCPR, RCHD, RPIR, RVAD, STRG,
    RTAO for complexity; IIOM; PRC. HREG is left out. Of sentences: NC and SC
    are custodial. Of requirements: W and W1 are unpaid work.

    Sections of an assessment: accommodation, educationTrainingEmployability,
    relationships, lifestyleAndAssociates, drugMisuse, alcoholMisuse,
    thinkingAndBehaviour, attitudes, each with questionAnswers of Yes, No,
    Unknown, None, Some, Significant, Missing, Never, Previous or Currently.

    With tierScore, the tier of the record, it also says whether that differs
    from its inputs; the record's tier stands.
    """
    with refusing():
        known = tables.v2() if rules is None else tables.read(rules, tables.RulesV2)
        day = None if on is None else on.date()

        def one(row: Row, number: int) -> dict[str, Any]:
            case = tiers.read_v2(row, number=number, on=day, rules=known)
            found = tiers.tier_v2(case, rules=known)
            said = imported(row, lambda tier: tiers.check_v2(tier, found))
            return {"id": found.id, "tier": found.tier, **said, "steps": found.steps}

        _print(read_rows(named or file), one, (*tiers.FIELDS_V2, IMPORTED), format)


@app.command()
def v3(
    file: Annotated[str, FILE] = PIPE,
    named: Annotated[str | None, IN] = None,
    format: Annotated[Format, FORMAT] = Format.TABLE,
    on: Annotated[datetime | None, DAY] = None,
    rules: Annotated[Path | None, RULES] = None,
) -> None:
    """A letter from A to G, NOT_SUPERVISED or MISSING, and whether it is provisional.

    Fields, each input an object or a row of a CSV: id; has_active_event;
    mappa_category (M1, M2, M3, M4; X9 for none); rosh (VERY_HIGH, HIGH, MEDIUM,
    LOW, or the codes RVHR or RVRH, RHRH, RMRH, RLRH); lifer_ipp;
    latest_release, a day; domestic_abuse; stalking; child_protection; arp and
    csrp, in percent; arp_type and csrp_type (STATIC, DYNAMIC); dcsrp, an object
    of score and band (VERY_HIGH, HIGH, MEDIUM, LOW, NOT_APPLICABLE), or a score
    with dcsrp_band beside it; ever_committed_sexual_offence.

    Yes and no are true or false, yes or no, 1 or 0. What is not given is told
    in its step.

    With tierScore, the tier of the record, and provisional if it says so, it
    also says whether that differs from its inputs; the record's tier stands.
    """
    with refusing():
        known = tables.v3() if rules is None else tables.read(rules, tables.RulesV3)
        day = on.date() if on is not None else today()

        def one(row: Row, number: int) -> dict[str, Any]:
            found = tiers.tier_v3(tiers.read_v3(row, number=number), on=day, rules=known)
            marked = fields(row).truth("provisional")
            said = imported(row, lambda tier: tiers.check_v3(tier, found, provisional=marked))
            return {
                "id": found.id,
                "tier": found.tier,
                "provisional": found.provisional,
                **said,
                "steps": found.steps,
            }

        _print(read_rows(named or file), one, (*tiers.FIELDS_V3, IMPORTED, "provisional"), format)


def today() -> date:
    """The London day."""
    return london_day(datetime.now(UTC))


def imported(row: Row, check: Callable[[str], Check]) -> dict[str, dict[str, str]]:
    """What is said of the record's tier, where the row has one."""
    given = fields(row).text(IMPORTED)
    if given is None:
        return {}
    found = check(given)
    return {"check": {"verdict": found.verdict, "says": found.said.worded()}}


def _print(
    rows: Iterable[Row], one: Callable[[Row, int], dict[str, Any]], known: Sequence[str], format: Format
) -> None:
    given = list(rows)
    found = [one(row, number) for number, row in enumerate(given, start=1)]
    tell_passed_over(given, known)
    if format is Format.TABLE:
        write_rows([line for each in found for line in by_step(each)], format)
        return
    write_rows([{**each, "steps": [step.shown() for step in each["steps"]]} for each in found], format)


def by_step(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each step, the check of the record's tier last, with what stands for the whole told once."""
    whole = {name: value for name, value in found.items() if name not in ("steps", "check")}
    empty = dict.fromkeys(whole)
    rows = [step.shown() for step in found["steps"]]
    if "check" in found:
        check = found["check"]
        rows.append({"step": "CHECK", "result": check["verdict"], "reason": check["says"]})
    return [{**(empty if number else whole), **row} for number, row in enumerate(rows)]


def tell_passed_over(rows: Iterable[Row], known: Sequence[str]) -> None:
    """Says on the error output which fields nothing read: too many, or misspelt."""
    names = dict.fromkeys(name for row in rows for name in passed_over(row, known))
    if names:
        said = message("Passed over, since nothing reads them: {names}.", names=", ".join(names))
        typer.echo(said.worded(), err=True)
