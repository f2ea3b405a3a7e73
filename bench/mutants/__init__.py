"""Faults planted into the pure parts by the hundred, and whether a test notices."""
