"""The slow twin's sentences, one module a duty: ``sentence`` says it once over a case, ``recurring`` if it
keeps falling due. None of them shares a line with the definition it checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assay.assurance.duties.reference_cases import Case
from assay.assurance.duties.reference_recurring import Recurring
from assay.assurance.duties.reference_sentences import Sentence
from assay.assurance.duties.twins import s01, s04, s06, s15, s16, s21

ONCE: Mapping[str, Callable[[Case], Sentence]] = {
    "S01": s01.sentence,
    "S04": s04.sentence,
    "S06": s06.sentence,
    "S15": s15.sentence,
    "S21": s21.sentence,
}
ROLLING: Mapping[str, Callable[[Case], Recurring]] = {
    "S16": s16.recurring,
}
