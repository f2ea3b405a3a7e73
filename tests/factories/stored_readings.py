"""What a stored reading of casework holds, where nothing else matters."""

from __future__ import annotations

FACTS = {
    "work_read": "supervision",
    "sentence_kind": "licence",
    "rosh_inspector": "medium",
    "sex": "male",
    "age_band": "26-35",
    "ethnicity": "white",
    "offence_type": "violence",
    "domestic_abuse": True,
    "child_safeguarding": False,
    "practitioner_inexperienced": False,
}
TWELVE = [f"2.{stage}.{lens}" for stage in range(1, 5) for lens in range(1, 4)]
