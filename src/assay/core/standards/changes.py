"""What differs between two versions of a framework, or two frameworks; and what a version pins. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

from assay.core.messages import Message, message
from assay.core.standards.types import Framework

Kind = Literal["added", "removed", "changed", "moved"]
# What is said of a part, and not asked of anybody nor counted: it may be put right without a new version.
SAID_OF = frozenset(
    {
        "source",
        "confidence",
        "ours",
        "note",
        "may_be",
        "also_called",
        "provider",
        "succeeds_note",
        "supersedes",
        "effective_source",
        "effective_confidence",
        "closed_on",
        "closed_source",
        "closed_confidence",
    }
)
PARTS = {
    "domains": "domain",
    "standards": "standard",
    "instruments": "instrument",
    "key_questions": "key question",
    "questions": "question",
    "facts": "fact",
    "roles": "role",
    "rules": "rule",
    "scale": "answer",
    "routing_rules": "routing rule",
}
SAID_OF_ALL = (
    "provider",
    "supersedes",
    "succeeds_note",
    "confidence",
    "effective_source",
    "effective_confidence",
    "closed_source",
    "closed_confidence",
)
ITSELF = ("name", "inspects", "version", "effective_on", "closed_on")
_SCHEMA = TypeAdapter(Framework)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs. ``part`` is the kind of thing, ``code`` which; ``field`` is empty, and
    ``before`` or ``after`` None, where the whole of it came or went."""

    part: str
    code: str
    kind: Kind
    field: str = ""
    before: Any = None
    after: Any = None

    @property
    def said(self) -> Message:
        """The difference as a sentence."""
        values = {"part": self.part, "code": self.code, "field": self.field.replace("_", " ")}
        if self.kind == "added":
            return message("The {part} {code} is new: {text}.", **values, text=_text(self.after))
        if self.kind == "removed":
            return message("The {part} {code} is gone: {text}.", **values, text=_text(self.before))
        if self.kind == "moved":
            return message("The {part} {code} has another place in the order.", **values)
        if _are_names(self.before) and _are_names(self.after) and set(self.before) != set(self.after):
            gone = [each for each in self.before if each not in self.after]
            come = [each for each in self.after if each not in self.before]
            return message(
                "The {part} {code}, {field}: loses {gone}; gains {come}.",
                **values,
                gone=_shown(gone),
                come=_shown(come),
            )
        return message(
            "The {part} {code}, {field}: was {before}, is {after}.",
            **values,
            before=_shown(self.before),
            after=_shown(self.after),
        )


def differences(old: Framework, new: Framework, *, with_sources: bool = False) -> tuple[Difference, ...]:
    """Every difference in what is asked, of whom, when it applies and how it is rated; in the frameworks'
    order. ``with_sources`` adds what is said of sources, confidence and notes."""
    before, after = _whole(old), _whole(new)
    if not with_sources:
        before, after = _asked_only(before), _asked_only(after)
    itself = (*ITSELF, *SAID_OF_ALL) if with_sources else ITSELF
    return tuple(_of_frameworks(before, after, _whole(old), _whole(new), itself))


def digest(framework: Framework) -> str:
    """A hash of all that a version pins: what is asked, of whom, when it applies, how it is rated. Sources,
    confidence, notes and the day of closing are not in it."""
    pinned = _asked_only(_whole(framework))
    return hashlib.sha256(json.dumps(pinned, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _of_frameworks(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    itself: Sequence[str],
) -> Iterator[Difference]:
    was, now = ({name: side[name] for name in itself} for side in (old, new))
    yield from _of_fields("framework", new["id"], was, now)
    for field in ("ratings", "unit", "routing"):
        yield from _of_fields("framework", field, before[field], after[field])
    for field, part in PARTS.items():
        yield from _of_lists(part, before[field], after[field])


def _of_lists(
    part: str, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> Iterator[Difference]:
    was, now = ({_code(each): each for each in those} for those in (before, after))
    for code in (each for each in was if each not in now):
        yield Difference(part=part, code=code, kind="removed", before=was[code])
    for code, value in now.items():
        if code not in was:
            yield Difference(part=part, code=code, kind="added", after=value)
        else:
            yield from _of_fields(part, code, was[code], value)
    kept_before, kept_after = [code for code in was if code in now], [code for code in now if code in was]
    for code, other in zip(kept_after, kept_before, strict=True):
        if code != other:
            yield Difference(part=part, code=code, kind="moved")


def _of_fields(
    part: str, code: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Difference]:
    for field in dict.fromkeys((*before, *after)):
        was, now = before.get(field), after.get(field)
        if was != now:
            yield Difference(part=part, code=code, kind="changed", field=field, before=was, after=now)


def _whole(framework: Framework) -> dict[str, Any]:
    """As plain values, with the questions of all key questions in a list of their own."""
    found: dict[str, Any] = _SCHEMA.dump_python(framework, mode="json")
    found["questions"] = [
        {"key_question": group["code"], **each}
        for group in found["key_questions"]
        for each in group["questions"]
    ]
    found["routing_rules"] = [
        {"code": f"to {each['instrument']}, because {each['because']}", **each}
        for each in found["routing"].pop("rules")
    ]
    for group in found["key_questions"]:
        group["questions"] = [each["code"] for each in group["questions"]]
    return found


def _asked_only(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _asked_only(each) for key, each in value.items() if key not in SAID_OF}
    return [_asked_only(each) for each in value] if isinstance(value, list) else value


def _code(value: Mapping[str, Any]) -> str:
    return str(value.get("code", value.get("value")))


def _text(value: Mapping[str, Any]) -> str:
    """The words by which a part is known."""
    found = next(value[key] for key in ("text", "title", "label", "about", "code") if value.get(key))
    return str(found).rstrip(".?")


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _shown(value: Any) -> str:
    if value is None or value in ("", []):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_shown(each) for each in value)
    if isinstance(value, Mapping):
        return (
            _condition(value)
            if "one_of" in value
            else str(value.get("label") or value.get("title") or _code(value))
        )
    return str(value).rstrip(".")


def _condition(value: Mapping[str, Any]) -> str:
    name = value["answer"] or value["fact"]
    if value["at_most"] is not None:
        return f"{name} at most {value['at_most']}"
    return f"{name} is {' or '.join(map(_shown, value['one_of']))}"
