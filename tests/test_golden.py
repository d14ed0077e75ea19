"""The golden values from a log that ``DiceRecorder`` wrote and ``read`` reads."""

import warnings
from collections import Counter

from tests.golden import golden
from tests.golden.__main__ import Logs


def test_a_log_gives_the_golden_values_or_refuses_them(tmp_path):
    """What is refused, and why, is in test_values; ``python -m tests.golden`` prints the table."""
    logs = Logs(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of predictions that are no probabilities
        found = Counter(logs.outcome(record) for record in golden())
    assert found == {"recomputed": 1039, "refused": 43}
