"""Twenty simple duties, the ways of others beside Assay's own. The contenders import nothing of Assay."""
