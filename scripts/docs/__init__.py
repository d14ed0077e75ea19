"""Writes the parts of ``docs/`` that come from the catalogue and from numbers."""
