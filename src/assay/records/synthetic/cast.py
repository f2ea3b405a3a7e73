"""Who is spoken of: names, pronouns, household and habits, the same in every entry about a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from assay.records.synthetic.cases import ROSH, Cases
from assay.records.synthetic.columns import EMPTY, Coded, Numbers, Texts, coded_arrow, joined, taken
from assay.records.synthetic.draws import stream
from assay.records.synthetic.lives import Homes, Names
from assay.records.synthetic.wording import Place, day_place, phrases, text_place

TRAITS = ("any", "abuse", "children", "home")
OFFENCE_WORDS = {
    "violence": "assault",
    "sexual": "a sexual offence",
    "robbery": "robbery",
    "burglary": "burglary of a dwelling",
    "theft": "theft from shops",
    "drugs": "supplying drugs",
    "weapons": "having a knife in public",
    "public_order": "affray",
    "driving": "driving while disqualified",
    "fraud": "fraud by false representation",
    "harassment": "harassment",
    "breach": "breach of a restraining order",
    "other": "another offence",
}
CHILDREN = ("the children of the household", "child 1", "child 1 and child 2", "child 1, child 2 and child 3")
PRONOUNS = {
    "he": ("he", "she", "they"),
    "he_cap": ("He", "She", "They"),
    "him": ("him", "her", "them"),
    "his": ("his", "her", "their"),
    "his_cap": ("His", "Her", "Their"),
}
SENTENCES = {
    "community_order": "community order",
    "suspended_sentence": "suspended sentence",
    "licence": "custody and licence",
    "post_sentence_supervision": "post-sentence supervision",
    "unpaid_work_only": "community order, unpaid work alone",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """What may be said of each person: texts by person number."""

    cases: Cases
    name: Texts
    council: Texts
    traits: tuple[Numbers, Numbers]
    profile: Mapping[str, Numbers]

    def places(self, person: Numbers) -> dict[str, Place]:
        """Places every template may use, for rows about these people."""
        cases = self.cases
        gender = np.array([0, 1, 2])[cases.gender.index[person]]
        made = {name: text_place(pa.array(list(texts)), gender) for name, texts in PRONOUNS.items()}
        children = cases.children[person].astype(np.int64)
        which = gender + np.where(cases.partner[person], 0, 3)
        partners = (
            "his partner",
            "her partner",
            "the partner",
            "his former partner",
            "her former partner",
            "the former partner",
        )
        kinds = [SENTENCES[each] for each in cases.type.values]
        for name, texts in phrases("profile").items():
            made |= _both(name, texts, self.profile[name][person])
        made |= _both("children", CHILDREN, children)
        made |= _both("partner", partners, which)
        made |= _both("sentence", kinds, cases.type.index[person].astype(np.int64))
        made |= _both(
            "offence",
            [OFFENCE_WORDS[each] for each in cases.offence.values],
            cases.offence.index[person].astype(np.int64),
        )
        made |= {
            "name": text_place(self.name, person),
            "council": text_place(self.council, person),
            "rosh": text_place(
                pa.array([each.replace("_", " ") for each in ROSH]), cases.rosh[person].astype(np.int64)
            ),
            "months": text_place(
                pa.array([str(each) for each in range(121)]), cases.months[person].astype(np.int64)
            ),
            "start_day": day_place(cases.started[person]),
        }
        return made

    def trait(self, rng: np.random.Generator, person: Numbers) -> Numbers:
        """What a text about these people turns to: abuse or children where that is an issue, often."""
        abuse, child = self.traits
        draw = rng.random(len(person))
        chosen = np.where(abuse[person] & (draw < 0.42), 1, 0)
        about_child = child[person] & ((draw > 0.6) | (~abuse[person] & (draw < 0.3)))
        return np.where(about_child, np.where(self.cases.child_at_home[person], 3, 2), chosen)


def _both(name: str, texts: Sequence[str], index: Numbers) -> dict[str, Place]:
    """A place and its twin that begins a sentence."""
    capitals = [each[0].upper() + each[1:] for each in texts]
    return {
        name: text_place(pa.array(list(texts)), index),
        f"{name}_cap": text_place(pa.array(capitals), index),
    }


def make_cast(cases: Cases, called: Names, homes: Homes, *, as_at: date, seed: int) -> Cast:
    """Names and titles of everybody, and what stays true of each from one entry to the next."""
    rng = stream(seed, as_at, "profile")
    titles = pa.array(["Mr ", "Ms ", "Mx "])
    rows = np.arange(cases.count)
    surnames = coded_arrow(Coded(called.surname.index[: cases.count], called.surname.values))
    name = joined(taken(titles, cases.gender.index), surnames)
    council = homes.council.index[homes.current[rows]]
    councils = pa.array([*homes.council.values, "the council of the area"])
    index = np.where(council == EMPTY, len(homes.council.values), council)
    return Cast(
        cases=cases,
        name=name,
        council=taken(councils, index),
        traits=(cases.need_police, cases.need_children & (cases.children > 0)),
        profile={
            name: rng.integers(0, len(texts), cases.count) for name, texts in phrases("profile").items()
        },
    )
