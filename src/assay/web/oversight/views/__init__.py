"""Oversight's views: parse, ask, render."""
