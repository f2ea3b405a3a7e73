"""What work counts for, in points, and how names in a workload extract say who holds no work any more."""

from assay.core.workload.rules import Workload, load

__all__ = ["Workload", "load"]
