"""Inspection frameworks: folders of YAML read into frozen values."""

from assay.core.standards.loading import frameworks, load

__all__ = ["frameworks", "load"]
