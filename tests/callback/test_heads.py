"""Which output, which target, which picture."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tb_dice.callback import heads
from tb_dice.callback.capture import Seen


def shape(*sizes: int | None, dtype: str = "float32") -> Any:
    return SimpleNamespace(shape=sizes, dtype=dtype)


SEG, EDGE, KIND = shape(None, 8, 8, 3), shape(None, 8, 8, 1), shape(None, 2)
LABELS = shape(None, 8, 8, dtype="int32")
NAMED = SimpleNamespace(output_names=["kind", "seg", "edge"])


def found(y: Any, p: Any, model: Any = NAMED) -> list[tuple[Any, int, Any]]:
    return [(head.name, head.place, head.y) for head in heads.heads(model, Seen(None, y, p))]


def test_dicts_are_matched_by_name_in_the_order_of_the_model() -> None:
    y = {"edge": EDGE, "seg": LABELS, "kind": KIND}
    p = {"edge": EDGE, "kind": KIND, "seg": SEG}
    assert found(y, p) == [("kind", 0, KIND), ("seg", 1, LABELS), ("edge", 2, EDGE)]


def test_lists_by_their_places_and_dicts_of_targets_by_name() -> None:
    assert found([KIND, LABELS, EDGE], [KIND, SEG, EDGE])[1] == ("seg", 1, LABELS)
    assert found({"seg": LABELS}, [KIND, SEG, EDGE]) == [("seg", 1, LABELS)]
    assert found([SEG, EDGE], [SEG, EDGE], object())[1] == ("1", 1, EDGE)


def test_one_output() -> None:
    one = SimpleNamespace(output_names=["seg"])
    for y in (LABELS, [LABELS], {"seg": LABELS}, {"kind": KIND, "seg": LABELS}):
        assert found(y, SEG, one) == [("seg", 0, LABELS)]
    assert found(LABELS, SEG, object()) == [(None, 0, LABELS)]
    assert found({"seg": LABELS}, {"seg": SEG}, object()) == [("seg", 0, LABELS)]
    assert found(None, SEG) == []


def test_the_finest_of_several_is_chosen() -> None:
    coarse, fine = shape(None, 4, 4, 3), shape(None, 4, 4, dtype="int32")
    y = {"aux": fine, "seg": LABELS, "edge": EDGE}
    model = SimpleNamespace(output_names=["aux", "seg", "edge"])
    several = heads.heads(model, Seen(None, y, {"aux": coarse, "seg": SEG, "edge": EDGE}))
    chosen, notice = heads.choose(several, None)
    assert chosen.name == "seg"
    assert notice is not None
    assert "(aux, seg, edge); seg is recorded. Set output=" in notice
    assert (notice.kind, notice.facts) == ("output", {"chosen": "seg"})
    unknown = shape(None, None, None, 3)
    several = heads.heads(model, Seen(None, [LABELS] * 2, [unknown, unknown]))
    assert heads.choose(several, None)[0].place == 0


def test_choosing() -> None:
    y = {"edge": EDGE, "seg": LABELS, "kind": KIND}
    all_heads = heads.heads(NAMED, Seen(None, y, {"edge": EDGE, "kind": KIND, "seg": SEG}))
    assert heads.choose(all_heads, None)[0].name == "seg"
    assert "seg, edge" in str(heads.choose(all_heads, None)[1])
    assert heads.choose(all_heads[:2], None)[1] is None
    assert heads.choose(all_heads, "edge") == (all_heads[2], None)
    assert heads.choose(all_heads, 0) == (all_heads[0], None)
    with pytest.raises(ValueError, match=r"`output` to be one of .* places\. Received: 'nose'"):
        heads.choose(all_heads, "nose")
    with pytest.raises(ValueError, match=r"`output` to be left out.*Received: 'mask'"):
        heads.choose(all_heads[1:2], "mask")
    with pytest.raises(ValueError, match="no output with a target"):
        heads.choose([], "mask")
    with pytest.raises(ValueError, match=r"kind \[\?, 2\] with target \[\?, 2\]"):
        heads.choose(all_heads[:1], None)


def test_the_picture_is_the_input_with_the_rank_of_the_prediction() -> None:
    image, grey, age = np.zeros((2, 8, 8, 3)), np.zeros((2, 8, 8)), np.zeros((2, 1))
    assert heads.picture({"age": age, "image": image}, 4) is image
    assert heads.picture([age, grey], 4) is grey
    assert heads.picture(age, 4) is age
    assert heads.picture([np.array(["a"]).astype(str)], 4) is not None
    assert heads.picture(shape(2, dtype="string"), 4) is None
