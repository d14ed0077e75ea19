"""No view breaks a rule of axe-core, in dark; a file for each theme, to run side by side."""

from __future__ import annotations

import pytest

from .accessibility import needs_axe, no_view_breaks_a_rule
from .conftest import Dice


@pytest.mark.hosted
@needs_axe
def test_no_view_breaks_a_rule(tensorboard, dice: Dice):
    no_view_breaks_a_rule(tensorboard, dice, "dark")
