"""A validation pass on disk: its record, its pictures, and the numbers that follow from it."""
