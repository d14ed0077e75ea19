"""The golden values from a log that ``DiceRecorder`` wrote and ``read`` reads."""

import pytest

from tests.golden import golden, names
from tests.golden.__main__ import Logs


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    return Logs(tmp_path_factory.mktemp("logs"))


@pytest.mark.filterwarnings("ignore")  # of predictions that are no probabilities
@pytest.mark.parametrize("name", names())
def test_a_log_gives_the_golden_values_or_refuses_them(name, logs):
    """Every value is recomputed from the recorded sums, or refused with a reason; never wrong."""
    found = [(str(record), logs.outcome(record)) for record in golden(name)]
    assert found == [(str(record), expected(record)) for record in golden(name)]


def test_how_many_values_are_refused():
    refused = sum(expected(record) == "refused" for record in golden())
    assert (len(golden()), refused) == (1082, 43)


def expected(record):
    """Refused is what the page on the definition of Dice names as not recomputable."""
    clipped = ("unified_focal.focal_tversky_loss", "dice_plus_plus.dice_plus_loss")
    compounds = ("monai.DiceCELoss", "monai.DiceFocalLoss")
    refused = (
        record.variant in ("recipe.dice_loss2", "recipe.dice_loss3", *compounds)
        or (record.variant == "recipe.dice_loss4" and record.params.get("gamma") == 1.5)
        or (record.variant in clipped and record.case in ("empty_empty", "logits_binary"))
        or (record.params.get("threshold") and record.y_pred.shape[-1] > 1)
    )
    return "refused" if refused else "recomputed"
