"""Writes the parts of ``docs/`` and of the README that come from the catalogue and from numbers."""
