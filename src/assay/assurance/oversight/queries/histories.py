"""What people wrote in Assay about one person, newest first, and how far each text has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypedDict
from uuid import UUID

from assay.assurance.oversight.models import (
    Ask,
    Decision,
    Discussion,
    Dispute,
    RecordText,
    RungClaim,
    ShortRead,
)
from assay.assurance.oversight.types import HistoryRow, TextState


def history(crn: str) -> tuple[HistoryRow, ...]:
    """Every line, newest first. For people who may see the case; the caller has asked."""
    return histories_of([crn])[crn]


def histories_of(crns: Iterable[str]) -> dict[str, tuple[HistoryRow, ...]]:
    """The same for several cases, in as many queries as for one."""
    wanted = sorted(set(crns))
    sources: tuple[Callable[[list[str]], Iterator[tuple[str, HistoryRow]]], ...] = (
        _discussions,
        _asks,
        _decisions,
        _disputes,
        _claims,
        _reads,
    )
    found: dict[str, list[HistoryRow]] = {crn: [] for crn in wanted}
    for source in sources:
        for crn, row in source(wanted):
            found[crn].append(row)
    return {crn: tuple(sorted(rows, key=lambda each: each.at, reverse=True)) for crn, rows in found.items()}


def _discussions(crns: list[str]) -> Iterator[tuple[str, HistoryRow]]:
    for each in Discussion.objects.select_related("by", "text").filter(crn__in=crns):
        yield (
            each.crn,
            HistoryRow(
                at=each.at,
                on=each.on,
                author=each.by.name,
                kind="discussion",
                words=(
                    ("risk", each.risk),
                    ("unknown", each.unknown),
                    ("others", each.others),
                    ("change", each.change),
                ),
                by_when=each.by_when,
                matters=_duties(each.text),
                **_text(each.text),
            ),
        )


def _asks(crns: list[str]) -> Iterator[tuple[str, HistoryRow]]:
    for each in Ask.objects.select_related("by", "text", "replied_by").filter(crn__in=crns):
        duties = tuple(sorted(set(each.matters.values_list("duty", flat=True))))
        yield (
            each.crn,
            HistoryRow(
                at=each.at,
                on=each.on,
                author=each.by.name,
                kind="ask",
                words=(("question", each.question),),
                matters=duties,
            ),
        )
        if each.replied_at is not None and each.replied_by is not None:
            yield (
                each.crn,
                HistoryRow(
                    at=each.replied_at,
                    on=each.text.made_on if each.text else each.on,
                    author=each.replied_by.name,
                    kind="reply",
                    words=(("reply", each.reply),),
                    matters=duties,
                    **_text(each.text),
                ),
            )


def _decisions(crns: list[str]) -> Iterator[tuple[str, HistoryRow]]:
    for each in Decision.objects.select_related("by", "text").filter(crn__in=crns):
        yield (
            each.crn,
            HistoryRow(
                at=each.at,
                on=each.on,
                author=each.by.name,
                kind=each.kind,
                words=(("reason", each.reason), ("owner", each.owner)),
                by_when=each.review_on,
                matters=_duties(each.text),
                **_text(each.text),
            ),
        )


def _disputes(crns: list[str]) -> Iterator[tuple[str, HistoryRow]]:
    for each in Dispute.objects.select_related("by", "second_by", "text", "matter").filter(
        matter__crn__in=crns
    ):
        yield (
            each.matter.crn,
            HistoryRow(
                at=each.at,
                on=each.on,
                author=each.by.name,
                kind="said_wrong",
                words=(("reason", each.reason),),
                matters=(each.matter.duty,),
            ),
        )
        if each.second_at is not None and each.second_by is not None:
            yield (
                each.matter.crn,
                HistoryRow(
                    at=each.second_at,
                    on=each.text.made_on if each.text else each.on,
                    author=each.second_by.name,
                    kind="second_agrees" if each.agreed else "second_does_not_agree",
                    words=(("reason", each.second_reason),) if each.second_reason else (),
                    matters=(each.matter.duty,),
                    **_text(each.text),
                ),
            )


def _claims(crns: list[str]) -> Iterator[tuple[str, HistoryRow]]:
    for each in RungClaim.objects.select_related("by", "second_by", "text").filter(crn__in=crns):
        yield each.crn, HistoryRow(at=each.at, on=each.on, author=each.by.name, kind=f"cited_{each.rung}")
        if each.second_at is not None and each.second_by is not None:
            yield (
                each.crn,
                HistoryRow(
                    at=each.second_at,
                    on=each.text.made_on if each.text else each.on,
                    author=each.second_by.name,
                    kind="rung_agreed" if each.agreed else "rung_not_agreed",
                    **_text(each.text),
                ),
            )


def _reads(crns: list[str]) -> Iterator[tuple[str, HistoryRow]]:
    for each in (
        ShortRead.objects.select_related("read_by", "text").filter(crn__in=crns).exclude(read_at=None)
    ):
        if each.read_at is not None and each.read_by is not None:
            yield (
                each.crn,
                HistoryRow(
                    at=each.read_at,
                    on=each.text.made_on if each.text else each.drawn_on,
                    author=each.read_by.name,
                    kind="read_missed" if each.missed else "read",
                    words=(("note", each.note),) if each.note else (),
                    **_text(each.text),
                ),
            )


class _Text(TypedDict, total=False):
    text: UUID
    text_state: TextState


def _text(text: RecordText | None) -> _Text:
    return {"text": text.uuid, "text_state": TextState(text.state)} if text else {}


def _duties(text: RecordText) -> tuple[str, ...]:
    return tuple(sorted(set(text.matters.values_list("duty", flat=True))))
