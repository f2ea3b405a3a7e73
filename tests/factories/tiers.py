"""Cases as the columns of a service, for tests: what each scalar field is there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assay.core.tiers import tables
from assay.core.tiers.columns import Coded
from assay.core.tiers.service_v2 import Convictions, Registrations, ServiceV2
from assay.core.tiers.service_v3 import ServiceV3
from assay.core.tiers.types import Assessment, CaseV2, CaseV3


def bools(values: Sequence[bool | None]) -> np.ndarray:
    return np.array([each is True for each in values], dtype=np.bool_)


def floats(values: Sequence[object]) -> np.ndarray:
    return np.array([np.nan if each is None else float(str(each)) for each in values], dtype=np.float64)


def days(values: Sequence[object]) -> np.ndarray:
    return np.array(
        [np.datetime64("NaT") if each is None else each for each in values], dtype="datetime64[D]"
    )


def ints(values: Sequence[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def service_v2(cases: Sequence[CaseV2]) -> ServiceV2:
    entries = [(row, each) for row, case in enumerate(cases) for each in case.registrations or ()]
    convictions = [(row, each) for row, case in enumerate(cases) for each in case.convictions or ()]
    asked = [(row, one) for row, (_, each) in enumerate(convictions) for one in each.requirements]
    assessments = [case.assessment or Assessment(scores={}) for case in cases]
    needs = [each.need for each in tables.v2().needs.sections]
    scores = [
        [-1 if (score := each.scores.get(need)) is None else score for need in needs] for each in assessments
    ]
    return ServiceV2(
        female=bools([case.female for case in cases]),
        rsr=floats([case.rsr for case in cases]),
        ogrs=ints([-1 if case.ogrs is None else case.ogrs for case in cases]),
        enforcement=bools([case.enforcement for case in cases]),
        assessed=bools([case.assessment is not None for case in cases]),
        san=bools([each.san for each in assessments]),
        parenting=bools([each.parenting for each in assessments]),
        self_control=bools([each.impulsivity or each.temper for each in assessments]),
        scores=np.array(scores, dtype=np.int16).reshape(len(cases), len(needs)),
        registrations=Registrations(
            person=ints([row for row, _ in entries]),
            code=Coded.of(each.code for _, each in entries),
            level=Coded.of(each.level for _, each in entries),
            entered_on=days([each.entered_on for _, each in entries]),
        ),
        convictions=Convictions(
            person=ints([row for row, _ in convictions]),
            sentence_type=Coded.of(each.sentence_type for _, each in convictions),
            ended=bools([each.ended for _, each in convictions]),
            conviction=ints([row for row, _ in asked]),
            category=Coded.of(each.category for _, each in asked),
            restrictive=bools([each.restrictive for _, each in asked]),
        ),
    )


def service_v3(cases: Sequence[CaseV3]) -> ServiceV3:
    return ServiceV3(
        active=np.array([case.active is not False for case in cases], dtype=np.bool_),
        category=bools([case.category for case in cases]),
        rosh=Coded.of(case.rosh for case in cases),
        lifer_ipp=bools([case.lifer_ipp for case in cases]),
        released_on=days([case.released_on for case in cases]),
        domestic_abuse=bools([case.domestic_abuse for case in cases]),
        stalking=bools([case.stalking for case in cases]),
        child_protection=bools([case.child_protection for case in cases]),
        sexual_offence=bools([case.sexual_offence for case in cases]),
        arp=floats([case.arp for case in cases]),
        csrp=floats([case.csrp for case in cases]),
        arp_type=Coded.of(case.arp_type for case in cases),
        csrp_type=Coded.of(case.csrp_type for case in cases),
        dcsrp=floats([case.dcsrp for case in cases]),
        dcsrp_band=Coded.of(case.dcsrp_band for case in cases),
    )
