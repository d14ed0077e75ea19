"""A definition on arrays of any framework: masks and predictions become sums and values."""
