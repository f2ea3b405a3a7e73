"""Writes the pages of the manual that are made from code: ``python -m assay.jobs.reference_pages``.

A test compares what is committed with what this makes, so that the manual cannot drift.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assay.jobs import framework_pages
from assay.records import codes, standard

PAGES = Path("docs") / "reference"


def pages() -> dict[str, str]:
    """Each page by its file name."""
    return {"record-standard.md": record_standard(), "frameworks.md": framework_pages.page()}


def record_standard() -> str:
    """Every table and column of the record standard, and every code list."""
    return "\n".join([*_opening(), *_tables(), *_code_lists()]) + "\n"


def _opening() -> list[str]:
    return [
        f"# The record standard, version {standard.VERSION}",
        "",
        "This page is made from `src/assay/records/standard.py` and the code lists beside it by",
        "`python -m assay.jobs.reference_pages`. Change those, not this page.",
        "",
        "An extract is a folder with one file for each table, `TABLE.csv` or `TABLE.parquet`, and a label",
        "`extract.yaml`:",
        "",
        "```yaml",
        f"standard: {standard.VERSION}",
        "provider: N52          # the region whose records these are",
        "as_at: 2026-03-31      # the last day they speak for",
        "synthetic: true        # false for real records; the two never share an installation",
        "made_by: what made it",
        "```",
        "",
        "- **CSV** is UTF-8 with commas and a heading of every column, in any order. Empty means not known.",
        "  Days are written `2026-03-05`, instants `2026-03-05T14:30:00Z` with their time zone, times of day",
        "  `14:30`, yes or no as `yes` and `no`.",
        "- **Parquet** has the types of the kinds: day `date32`, instant `timestamp` with a time zone, whole",
        "  number any integer, number any float, yes or no `bool`, time of day `time`.",
        "- A span begins on `opened_on` and ends before `closed_on`; an open end is empty.",
        "- `recorded_at` is when the row was written, which no later correction changes.",
        f"- Synthetic case references match `{standard.SYNTHETIC_CRN}`: `X`, then six or eight digits, "
        "the first a 9.",
        "- Words of contacts in the list `withheld_words` are left out when an extract is loaded.",
        "",
    ]


def _tables() -> Iterator[str]:
    yield "## Tables"
    yield ""
    for table in standard.TABLES:
        yield f"### {table.name}"
        yield ""
        yield table.about
        yield ""
        yield f"In Delius or OASys: {table.delius}. Key: `{table.key}`.{_more(table)}"
        yield ""
        yield "| Column | Kind | Must be filled | Rules | What it is |"
        yield "|---|---|---|---|---|"
        for column in table:
            needed = "yes" if column.required else ""
            about = _cell(column.about)
            yield f"| `{column.name}` | {KINDS[column.kind]} | {needed} | {_rules(column)} | {about} |"
        yield ""


KINDS: dict[standard.Kind, str] = {
    "text": "text",
    "date": "day",
    "instant": "instant",
    "integer": "whole number",
    "number": "number",
    "yes_no": "yes or no",
    "time": "time of day",
}


def _more(table: standard.Table) -> str:
    said = []
    if table.optional:
        said.append("May be left out.")
    if table.never_empty:
        said.append("Must have rows.")
    if table.alone:
        of = ", ".join(f"`{each}`" for each in table.alone)
        said.append(f"Rows of the same {of} must not overlap in time.")
    return "".join(f" {each}" for each in said)


def _rules(column: standard.Column) -> str:
    said = []
    if column.codes:
        said.append(f"codes: [{column.codes}](#{column.codes})")
    if column.references:
        said.append(f"found in `{column.references}`")
    if column.after:
        said.append(f"not before `{column.after}`")
    if column.sensitive:
        said.append("sensitive")
    return "; ".join(said)


def _code_lists() -> Iterator[str]:
    yield "## Code lists"
    yield ""
    yield "Confidence: *verified* was read in a published source; *inferred* is a reading of one;"
    yield "*recalled* is named from practice, with the source not in hand; *assumed* is ours."
    yield ""
    used = {each.codes for table in standard.TABLES for each in table if each.codes}
    for name in sorted(used | {"entry_group", "withheld_words"}):
        yield from _code_list(codes.code_list(name))


def _code_list(found: codes.CodeList) -> Iterator[str]:
    rows = list(found)
    more = list(rows[0].more)
    yield f"### {found.name}"
    yield ""
    yield f"| Code | Name |{''.join(f' {each} |' for each in more)} Source | Confidence |"
    yield f"|---|---|{'---|' * len(more)}---|---|"
    for each in rows:
        extra = "".join(f" {_cell(each.more[name])} |" for name in more)
        yield f"| `{each.code}` | {_cell(each.name)} |{extra} {_cell(each.source)} | {each.confidence} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Writes every page under ``docs/reference`` of the folder it is run in."""
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (PAGES / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
