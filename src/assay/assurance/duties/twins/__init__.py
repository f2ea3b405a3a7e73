"""The slow twin's sentences, one module a duty: ``sentence`` says it once over a case, ``recurring`` if it
keeps falling due. None of them shares a line with the definition it checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assay.assurance.duties.reference_cases import Case
from assay.assurance.duties.reference_recurring import Recurring
from assay.assurance.duties.reference_sentences import Sentence
from assay.assurance.duties.twins import (
    s01,
    s02,
    s03,
    s04,
    s05,
    s06,
    s07,
    s08,
    s09,
    s10,
    s11,
    s12,
    s13,
    s14,
    s15,
    s16,
    s17,
    s18,
    s19,
    s20,
    s21,
    s22,
    s23,
    s24,
    s25,
    s26,
    s27,
    s28,
    s29,
)

ONCE: Mapping[str, Callable[[Case], Sentence]] = {
    "S01": s01.sentence,
    "S02": s02.sentence,
    "S03": s03.sentence,
    "S04": s04.sentence,
    "S05": s05.sentence,
    "S06": s06.sentence,
    "S07": s07.sentence,
    "S08": s08.sentence,
    "S09": s09.sentence,
    "S10": s10.sentence,
    "S11": s11.sentence,
    "S12": s12.sentence,
    "S13": s13.sentence,
    "S14": s14.sentence,
    "S15": s15.sentence,
    "S18": s18.sentence,
    "S19": s19.sentence,
    "S20": s20.sentence,
    "S21": s21.sentence,
    "S22": s22.sentence,
    "S23": s23.sentence,
    "S24": s24.sentence,
    "S25": s25.sentence,
    "S26": s26.sentence,
    "S27": s27.sentence,
    "S28": s28.sentence,
    "S29": s29.sentence,
}
ROLLING: Mapping[str, Callable[[Case], Recurring]] = {
    "S16": s16.recurring,
    "S17": s17.recurring,
}
