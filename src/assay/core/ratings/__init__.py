"""From answers to a rating: every step kept, and said in words. Bands and rules are the framework's."""

from assay.core.ratings.answers import answers_from
from assay.core.ratings.loading import rules_for
from assay.core.ratings.path import Answers, Decision, Rated, Share
from assay.core.ratings.rating import rate

__all__ = ["Answers", "Decision", "Rated", "Share", "answers_from", "rate", "rules_for"]
