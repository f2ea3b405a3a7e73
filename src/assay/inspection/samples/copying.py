"""The whole record of some people, as tables of the standard: to hand over, or to keep with an inspection."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from assay.records import standard
from assay.records.store import Reader

# Belongs to the inspectorate, and is never handed over by the service.
NOT_THE_SERVICES = frozenset({"past_answer"})


def whole_record(reader: Reader, crns: Sequence[str]) -> dict[str, pa.Table]:
    """Every row and word about these people; the units; and the staff whom those rows name, with their
    managers. Nothing that a night wrote, and no other person."""
    tables = {
        each.name: _of_people(reader, each.name, crns)
        for each in standard.TABLES
        if each.is_of_case and each.name not in NOT_THE_SERVICES
    }
    tables["organisation"] = reader.table(f"SELECT {_columns('organisation')} FROM r.organisation")  # noqa: S608
    tables["delivery_mode"] = reader.table(f"SELECT {_columns('delivery_mode')} FROM r.delivery_mode")  # noqa: S608
    tables["practitioner"] = _staff(reader, _named_staff(tables))
    return {
        each.name: tables.get(each.name, standard.arrow_schema(each.name).empty_table())
        .select(standard.arrow_schema(each.name).names)
        .cast(standard.arrow_schema(each.name))
        for each in standard.TABLES
    }


def _columns(name: str) -> str:
    return ", ".join(f'"{each}"' for each in standard.arrow_schema(name).names)


def _of_people(reader: Reader, name: str, crns: Sequence[str]) -> pa.Table:
    wanted = "crn IN (SELECT unnest($crns::VARCHAR[]))"
    if name != "words":
        sql = f"SELECT {_columns(name)} FROM r.{name} WHERE {wanted}"  # noqa: S608
        return reader.table(sql, {"crns": list(crns)})
    # The store shows words one case at a time; a record that is handed over whole takes them from its files.
    files = str(reader.snapshot.path / "words" / "*.parquet")
    sql = f"SELECT {_columns(name)} FROM read_parquet($files) WHERE {wanted}"  # noqa: S608
    return reader.table(sql, {"crns": list(crns), "files": files})


def _named_staff(tables: dict[str, pa.Table]) -> set[str]:
    codes: set[str] = set()
    for name, rows in tables.items():
        for column in standard.table(name):
            if column.references == "practitioner.staff_code" or (name, column.name) == ("words", "author"):
                codes |= {each for each in rows[column.name].unique().to_pylist() if each}
    return codes


def _staff(reader: Reader, codes: set[str]) -> pa.Table:
    """The rows of these members of staff, and of everybody above them."""
    above = {
        each["staff_code"]: each["manager_code"]
        for each in reader.rows("SELECT staff_code, manager_code FROM r.practitioner")
    }
    wanted, waiting = set(), [each for each in codes if each in above]
    while waiting:
        code = waiting.pop()
        if code not in wanted:
            wanted.add(code)
            waiting += [above[code]] if above.get(code) in above else []
    named = "staff_code IN (SELECT unnest($codes::VARCHAR[]))"
    sql = f"SELECT {_columns('practitioner')} FROM r.practitioner WHERE {named}"  # noqa: S608
    return reader.table(sql, {"codes": sorted(wanted)})
