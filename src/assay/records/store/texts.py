"""What an event's row says of the words that belong to it: their length and hash, never the words."""

from __future__ import annotations

import pyarrow as pa

from assay.records import standard
from assay.records.ordering import scratch

# The tables whose rows can have words of their own.
SUBJECTS = ("contact", "assessment", "plan_row", "enquiry")
ADDED = (pa.field("text_length", pa.int64()), pa.field("text_hash", pa.string()))


def marks(words: pa.Table) -> pa.Table:
    """Of every row that has words: how many characters, and a hash of them. Several words of one row are
    taken together in the order of their ids."""
    with scratch() as connection:
        connection.register("words", words.select(["words_id", "subject", "subject_id", "body"]))
        found: pa.Table = connection.sql(
            """
            WITH one AS (
                SELECT subject, subject_id, count(*) AS rows, sum(length(body))::BIGINT AS text_length,
                       any_value(sha256(body)) AS hash
                FROM words GROUP BY subject, subject_id
            ), several AS (
                SELECT subject, subject_id, sha256(string_agg(body, chr(10) ORDER BY words_id)) AS hash
                FROM words SEMI JOIN (FROM one WHERE rows > 1) USING (subject, subject_id)
                GROUP BY subject, subject_id
            )
            SELECT one.subject, one.subject_id, text_length,
                   substr(coalesce(several.hash, one.hash), 1, 16) AS text_hash
            FROM one LEFT JOIN several USING (subject, subject_id)
            """
        ).to_arrow_table()
        return found


def with_marks(table: pa.Table, marks: pa.Table, *, name: str) -> pa.Table:
    """The table with ``text_length`` (0 without words) and ``text_hash`` (empty without), where it can have
    words; the table itself elsewhere."""
    if name not in SUBJECTS:
        return table
    key, order = standard.table(name).key, ", ".join(standard.table(name).order)
    with scratch() as connection:
        connection.register("given", table)
        connection.register("marks", marks)
        found: pa.Table = connection.sql(
            f"""
            SELECT given.*, coalesce(text_length, 0)::BIGINT AS text_length, text_hash
            FROM given LEFT JOIN marks ON marks.subject = ? AND marks.subject_id = given.{key}
            ORDER BY {order}
            """,  # noqa: S608
            params=[name],
        ).to_arrow_table()
    return found.cast(pa.schema([*standard.arrow_schema(name), *ADDED]))
