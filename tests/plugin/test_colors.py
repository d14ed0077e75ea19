from tb_dice.plugin.colors import PALETTE, colors


def test_they_are_those_of_tensorboard():
    ranked = ["a/train", "a/dice", "b/dice", "c/dice"]
    assert colors(ranked, ["a/dice", "b/dice", "c/dice"]) == {"a/dice": 1, "b/dice": 2, "c/dice": 3}


def test_two_runs_never_have_the_same_while_there_are_others():
    ranked = [f"{letter}/{kind}" for letter in "abcdefg" for kind in ("train", "val", "dice")]
    found = colors(ranked, [name for name in ranked if name.endswith("dice")])
    assert sorted(found.values()) == list(range(PALETTE))
    assert found["a/dice"] == 2


def test_more_runs_than_colors():
    names = [f"run {number:02}" for number in range(20)]
    found = colors(names, names)
    assert [found[name] for name in names] == [number % PALETTE for number in range(20)]


def test_a_run_that_tensorboard_does_not_list_yet():
    assert set(colors([], ["x", "y"]).values()) == {0, 1}
