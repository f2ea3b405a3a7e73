"""The manual's page of the shipped frameworks, made from their YAML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from assay.core.standards import frameworks, load
from assay.core.standards.mappings import between, mappings
from assay.core.standards.types import Confidence, Framework, Sourced, Standard

RULES = {
    "lowest_key_question": "lowest key question",
    "judgement": "one judgement",
    "not_rated": "not rated",
    "not_known": "not known",
}


def page() -> str:
    """Every shipped framework, oldest first: what it is for, its standards, and how sure we are of them."""
    found = sorted(map(load, frameworks()), key=lambda each: (each.effective_on, each.id))
    return (
        "\n".join([*_opening(found), *(line for each in found for line in _framework(each)), *_mappings()])
        + "\n"
    )


def _opening(found: list[Framework]) -> Iterator[str]:
    yield "# Frameworks"
    yield ""
    yield "This page is made from the folders in `src/assay/core/standards/frameworks` by"
    yield "`python -m assay.jobs.reference_pages`. Change those, not this page."
    yield ""
    yield "Every question is worded by us. *Published* was read in a public source; *derived* was worked out"
    yield "from such facts; *recalled* is known from practice, with high, medium or low confidence, and was"
    yield "not seen in a source; *ours* is our own choice, because no source shows it."
    yield "`assay standards show ID --part sources` has the source of every part."
    yield ""
    yield "| Framework | For | In force from | Until | Standards | Counted | Highest total |"
    yield "|---|---|---|---|---:|---:|---:|"
    for each in found:
        total = 3 * len(each.counted) if each.ratings.used else "no rating"
        until = each.closed_on or ""
        numbers = f"{len(each.standards)} | {len(each.counted)} | {total}"
        dates = f"{each.effective_on} | {until}"
        yield f"| [`{each.id}`](#{each.id}) | {each.inspects} | {dates} | {numbers} |"
    yield ""


def _framework(framework: Framework) -> Iterator[str]:
    yield f"## {framework.id}"
    yield ""
    yield f"{framework.name}. Version {framework.version}, by {framework.provider.name}."
    if framework.supersedes:
        yield f"It took the place of {' and '.join(f'`{each}`' for each in framework.supersedes)}."
    yield framework.succeeds_note
    yield ""
    since = f"{_words(framework.effective_confidence)}: {framework.effective_source}"
    yield f"In force from {framework.effective_on} ({since})."
    if framework.closed_on:
        yield f"Until {framework.closed_on} ({framework.closed_confidence}: {framework.closed_source})."
    yield ""
    yield "| Standard | Title | Rated by | Counts | Key questions | Confidence |"
    yield "|---|---|---|---|---|---|"
    yield from (_standard(framework, each) for each in framework.standards)
    yield ""
    for each in (each for each in framework.standards if each.is_uncertain):
        yield f"`{each.code}` is not settled: {each.source}. {each.note} It may be:"
        yield ""
        for one in each.may_be:
            yield f"- **{one.title}**: {one.because} ({_words(one.confidence)}; {one.source})."
        yield ""
    yield "| Put to | Instrument | Key questions | Questions | Answered by |"
    yield "|---|---|---:|---:|---|"
    for instrument in framework.instruments:
        titles = {each.code: each.title for each in framework.roles}
        who = ", ".join(titles[each].lower() for each in instrument.answered_by)
        asked = len(list(framework.asked(instrument.code)))
        numbers = f"{len(instrument.key_questions)} | {asked}"
        yield f"| {instrument.put_to} | {instrument.title} | {numbers} | {who} |"
    yield ""
    yield f"How sure we are of its key questions and questions: {_sureness(framework)}."
    yield ""


def _standard(framework: Framework, each: Standard) -> str:
    counts = "yes" if each in framework.counted else "no"
    codes = ", ".join(each.key_questions)
    confidence = _words(framework.confidence_of(each))
    return f"| {each.code} | {each.title} | {RULES[each.rule]} | {counts} | {codes} | {confidence} |"


def _sureness(framework: Framework) -> str:
    """How many questions have each confidence, the surest first."""
    parts: tuple[Sourced, ...] = (
        *framework.key_questions,
        *(each for group in framework.key_questions for each in group.questions),
    )
    counts = Counter(framework.confidence_of(each) for each in parts)
    return ", ".join(f"{counts[each]} {_words(each)}" for each in get_args(Confidence) if counts[each])


def _words(confidence: Confidence) -> str:
    first, _, second = confidence.partition("_")
    return f"{first} ({second})" if second else first


def _mappings() -> Iterator[str]:
    yield "## Mappings"
    yield ""
    yield "`assay standards rescore READINGS --as ID` counts readings under another framework by one of"
    yield "these. No reading changes."
    yield ""
    yield "| From | To | What it is for | Same or near | Without a like | Confidence |"
    yield "|---|---|---|---:|---:|---|"
    for id in mappings():
        made, scored = (load(each) for each in id.split("--"))
        mapped = between(made, scored)
        pairs, alone = len(mapped.answers.all), len(mapped.answers.only_scored)
        confidence = _words(mapped.confidence)
        yield f"| `{made.id}` | `{scored.id}` | {mapped.about} | {pairs} | {alone} | {confidence} |"
