"""A loop becomes a log: what is recorded of each batch, and where it is written."""
