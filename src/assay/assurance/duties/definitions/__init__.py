"""One file for each duty: what it says, who answers for it, and its rule in the verbs."""
