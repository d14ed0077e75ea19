"""The pages: current, complete, no dead links, every snippet runs, every number is computed."""

import doctest
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import tb_dice
from scripts.docs import blocks, measured, pasted
from scripts.docs.__main__ import filled, stale_files
from scripts.docs.families import anchor, families, page
from tb_dice import dice
from tb_dice.definition import catalogue
from tests.golden import golden

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
HAND = [path for path in PAGES if path.parent == ROOT / "docs"]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"<!-- (\w+) -->.*?<!-- /\1 -->", re.DOTALL)


def name_of(path):
    return str(path.relative_to(ROOT))


@cache
def anchors(path):
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {anchor(heading.replace("`", "").strip().replace(" ", "-")) for heading in headings}


def test_generated_pages_are_current():
    stale = [name_of(path) for path in stale_files()]
    assert stale == [], "run  python -m scripts.docs  and commit what it writes"


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_resolve(path):
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        file, _, section = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        assert linked.exists(), target
        assert not section or section in anchors(linked), target


def test_every_variant_has_one_entry():
    entries = [
        heading
        for path in (ROOT / "docs" / "variants").glob("*.md")
        for heading in re.findall(r"^## (\w+\.\w+)$", path.read_text(), re.MULTILINE)
    ]
    assert sorted(entries) == sorted(tb_dice.variants())


def test_there_is_no_page_without_a_family():
    written = {path.stem for path in (ROOT / "docs" / "variants").glob("*.md")}
    assert written == set(families())


@pytest.mark.parametrize("path", PAGES[1:], ids=name_of)
def test_snippets_run(path):
    text, names = path.read_text(encoding="utf-8"), {}
    for found in FENCE.finditer(text):
        assert found[1] == "pycon", "a snippet of another kind would not be run"
        line = text[: found.start()].count("\n") + 1
        example = doctest.DocTestParser().get_doctest(found[2], names, path.name, path.name, line)
        said = []
        doctest.DocTestRunner(verbose=False).run(example, out=said.append, clear_globs=False)
        assert not said, "".join(said)
        names = example.globs


def test_the_readme_reads_the_dice_per_class(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    y = np.array([[[0, 0, 1, 1], [0, 0, 0, 1]]])
    drawn = np.eye(2)[[[[0, 0, 1, 0], [0, 0, 0, 1]]]]
    with tb_dice.DiceRecorder("logs/unet/dice", class_names=["rest", "disc"]) as recorder:
        for step in range(2):
            recorder.update(y, drawn if step else drawn[..., ::-1])
            recorder.commit(step)
    snippets = [found[2] for found in FENCE.finditer((ROOT / "README.md").read_text())]
    (snippet,) = [text for text in snippets if "tb_dice.read(" in text]
    names = {"tb_dice": tb_dice}
    exec(snippet, names)
    assert names["record"].classes == ("rest", "disc")
    assert names["dice"].tolist() == pytest.approx([10 / 11, 4 / 5])


@pytest.mark.parametrize("path", HAND, ids=name_of)
def test_numbers_of_the_text_are_results_on_the_page(path):
    text = path.read_text(encoding="utf-8")
    computed = " ".join(found[2] for found in FENCE.finditer(text))
    computed += " ".join(found[0] for found in BLOCK.finditer(text))
    said = BLOCK.sub("", FENCE.sub("", text))
    for number in re.findall(r"\d+\.\d{3,}|\d\.?\d*e-?\d+", said):
        assert number in computed


@pytest.mark.parametrize("row", pasted.FUNCTIONS + pasted.LIBRARIES, ids=lambda row: row.call)
def test_what_was_pasted_is_a_variant(row):
    assert row.spec == tb_dice.variant(row.name, **row.params)
    assert row.seen != row.beware != ""


@pytest.mark.parametrize(
    ("label", "spec"), measured.GRADIENTS.items(), ids=list(measured.GRADIENTS)
)
def test_gradients_are_those_of_the_losses_named(label, spec):
    loss = eval(label, vars(tb_dice.losses))
    rng = np.random.default_rng(0)
    y_true = rng.integers(0, 2, (2, 8, 8, 1)).astype("float32")
    y_pred = rng.random((2, 8, 8, 1), "float32")
    assert float(loss(y_true, y_pred)) == pytest.approx(float(dice(y_true, y_pred, spec)), rel=1e-5)


def test_gradients_by_hand():
    alone, beside, nothing = measured.gradients(measured.GRADIENTS["SoftDice(smooth=1)"])
    assert alone == pytest.approx(1 / 7.4**2, rel=1e-5)
    assert beside == pytest.approx(alone / 2, rel=1e-5)
    assert nothing == pytest.approx(1, rel=1e-5)


def test_the_losses_are_those_of_the_package():
    assert {*blocks.named_losses(), "DiceLoss"} == set(tb_dice.losses.__all__)


def test_the_models_of_the_example_have_the_dice_said():
    soft_skip = dict(measured.rankings())["both masks non-empty only"]
    assert soft_skip[:2] == pytest.approx([0.9, 0.8], abs=0.01)
    assert measured.rates("B, draws freely") == (0, 0.75)


def test_the_rankings_change_with_the_rule():
    best = {label: int(np.nanargmax(means)) for label, means in measured.rankings()}
    assert best["both empty = 0"] == best["non-empty targets only"] == 1
    assert best["both empty = 1"] == best["undefined, skipped"] == 0


def test_faults_say_what_was_measured():
    def fault(name):
        return catalogue.entry(name).fault

    missed = measured.mask(18), measured.mask(0)
    assert f"costs {dice(*missed, 'recipe.dice_coef_loss'):.2f}" in fault("recipe.dice_coef")
    one = next(g for g in golden("recipe.dice_loss4") if g.case == "soft_binary")
    for gamma in (1, 2):
        value = dice(one.y_true, one.y_pred, "recipe.dice_loss4", gamma=gamma)
        assert f"{value:.4f} with {gamma}" in fault("recipe.dice_loss4")
    perfect = np.eye(3)[np.arange(64).reshape(1, 8, 8) % 3]
    assert f"{dice(perfect, perfect, 'recipe.dice_loss3'):.4f}" in fault("recipe.dice_loss3")
    assert f"= {np.log(np.cosh(1)):.2f}" in fault("jadon.log_cosh_dice_loss")
    asymmetric = catalogue.entry("monai.AsymmetricFocalTverskyLoss")
    found = measured.outcomes(asymmetric)
    assert f"{float(found['both empty']):.2f} on 8 x 8" in asymmetric.fault
    assert f"perfect mask {found['perfect']}" in asymmetric.fault


@pytest.mark.parametrize("entry", catalogue.entries(), ids=lambda entry: entry.name)
def test_what_is_said_of_empty_masks_is_what_comes_out(entry):
    said = re.match(
        r"(?:loss|score) (-?\d)(?![ ]-)|(undefined)(?!, left out of the mean;)", entry.empty
    )
    found = measured.outcomes(entry)["both empty"]
    if said and found != "a map":
        assert found == "undefined" if said[2] else abs(float(found) - float(said[1])) < 1e-5


def test_equal_variants_are_called_so():
    squared = catalogue.variant("recipe.dice_loss4", gamma=1)
    assert squared == catalogue.variant("recipe.dice_coef_loss", smooth=1e-6)
    text = page("nnunet", families()["nnunet"])
    assert "| same definition as | `nnunet.SoftDiceLoss` |" in text


def test_blocks_are_filled_and_a_missing_one_is_an_error():
    text = "before\n<!-- a -->\nold\n<!-- /a -->\nafter\n"
    assert filled(text, {"a": "new"}) == "before\n<!-- a -->\n\nnew\n\n<!-- /a -->\nafter\n"
    with pytest.raises(ValueError, match="block 'b' once"):
        filled(text, {"b": "new"})
