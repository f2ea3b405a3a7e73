"""What work counts for, in points; the points there is time for; and how names in a workload extract say who
holds no work any more."""

from assay.core.workload.capacity import Capacity, Case, Change, Reduction, Work, capacity
from assay.core.workload.rules import Workload, load
from assay.core.workload.series import Overload, Span, Week, span_of_control, sustained_overload

__all__ = [
    "Capacity",
    "Case",
    "Change",
    "Overload",
    "Reduction",
    "Span",
    "Week",
    "Work",
    "Workload",
    "capacity",
    "load",
    "span_of_control",
    "sustained_overload",
]
