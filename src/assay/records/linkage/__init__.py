"""The same person in two sources: candidate pairs with their weights, and what a person decided of them.

Nothing here joins two records. A weight is evidence; only a decision, which names who made it and why, says
that two records are one person, and all it leads to is a proposal for the source system.
"""
