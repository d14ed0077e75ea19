import logging
import re
from importlib.resources import files

import pytest
from analysis.make import completed, random_record
from hypothesis import Phase, given, settings
from make_records import records
from werkzeug.test import Client

from tb_dice.log.eventlog import IMAGES, RECORDS
from tb_dice.log.record import encode
from tb_dice.plugin import plugin as plugin_module
from tb_dice.plugin.plugin import FILES

from .conftest import Tab
from .fake import FakeProvider

RUN = "a/dice"
EVERY = {
    "runs": {},
    "variants": {},
    "definition": {},
    "series": {"run": RUN},
    "lines": {"run": RUN, "class": "small", "variant": "recipe.dice_coef"},
    "samples": {"run": RUN, "step": 0, "class": "small"},
    "history": {"run": RUN, "sample": "s0"},
    "images": {"run": RUN, "sample": "s0"},
    "findings": {"run": RUN},
    "sample_steps": {"run": RUN, "class": "small"},
    "a_against_b": {"run": RUN, "runB": RUN, "step": 0, "class": "small"},
    "all_variants": {"run": RUN, "step": 0, "class": "small"},
    "smooth": {"run": RUN, "step": 0, "class": "small"},
    "batch_size": {"run": RUN, "step": 0, "class": "small", "variant": "recipe.dice_coef"},
    "empty_rules": {"run": RUN, "step": 0},
    "why_they_differ": {"run": RUN, "step": 0, "b": '{"variant": "recipe.dice_coef"}'},
    "gradient": {"run": RUN, "step": 0, "variant": "recipe.dice_loss"},
}


class Loader:
    def __init__(self, provider):
        self.provider = provider


@pytest.fixture
def fake():
    fake = FakeProvider()
    fake.write_record(RUN, random_record(0))
    return fake


@pytest.fixture
def tab(fake):
    return Tab(Loader(fake))


def test_what_tensorboard_asks(tab):
    assert tab.plugin.plugin_name == "dice"
    assert tab.plugin.is_active() is False
    metadata = tab.plugin.frontend_metadata()
    assert metadata.es_module_path == "/index.js"
    assert metadata.tab_name == "Dice"
    assert metadata.es_module_path in tab.apps


def test_the_routes_are_those_of_the_page_on_them(tab):
    page = files("tb_dice.plugin").joinpath("http_api.md").read_text(encoding="utf-8")
    headings = [line.split("→")[0] for line in page.splitlines() if line.startswith("### ")]
    routes = [name for heading in headings for name in re.findall(r"`([a-z_.]+)", heading)]
    assert [f"/{name}" for name in routes] == list(tab.apps)


@pytest.mark.parametrize("route", EVERY)
def test_every_route_answers_safely(tab, route):
    response = tab.get(route, **EVERY[route])
    assert response.status_code == 200
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.content_type in ("application/json", "application/octet-stream")
    again = Client(tab.apps[f"/{route}"]).get(
        "/", query_string=EVERY[route], headers={"If-None-Match": response.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("route", [*EVERY, "image", *FILES])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_only_get(tab, route, method):
    response = Client(tab.apps[f"/{route}"]).open("/", method=method)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET"


@pytest.mark.parametrize("name", FILES)
def test_the_files_of_the_page(tab, name, tmp_path, monkeypatch):
    monkeypatch.setattr(plugin_module, "STATIC", tmp_path)
    assert "make bundle" in tab.error(404, name)
    (tmp_path / name).write_text("é")
    response = tab.get(name)
    assert response.text == "é"
    assert response.content_type == FILES[name]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_nothing_else_is_served(tab):
    for name in ("/", "/../loader.py", "/http_api.md", "/..%2fplugin.py", "/static/index.js"):
        assert name not in tab.apps
    assert not any("*" in name for name in tab.apps)


def test_without_a_data_provider():
    tab = Tab(Loader(None))
    assert tab.json("runs") == {"runs": [], "others": []}
    assert "no run" in tab.error(404, "series", run=RUN)


def test_without_any_run():
    assert Tab(Loader(FakeProvider())).json("runs") == {"runs": [], "others": []}


def test_damaged_records_are_said(fake, tab):
    fake.write(RUN, RECORDS, 1, [b"damaged"])
    (run,) = tab.json("runs")["runs"]
    assert run["steps"] == [0]
    assert run["notices"][0].startswith("Run a/dice: step 1 cannot be read")
    fake.write(RUN, RECORDS, 0, [b"damaged too"], wall_time=2000.0)
    (run,) = tab.json("runs")["runs"]
    assert run["steps"] == []
    assert run["classes"] == []
    assert "no record of run 'a/dice' can be read: step 0" in tab.error(404, "series", run=RUN)
    assert tab.json("findings", run=RUN) == {"findings": []}


def test_damaged_images_are_said(fake, tab):
    fake.write(RUN, IMAGES, 0, [b"damaged", b"<svg>"])
    assert tab.json("images", run=RUN, sample="s0")["slices"] == []
    assert "is damaged: expected a PNG" in tab.error(404, "image", run=RUN, step=0, element=1)


def test_a_fault_of_ours_is_a_sentence_and_a_log_entry(fake, tab, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(FakeProvider, "list_blob_sequences", fail)
    with caplog.at_level(logging.ERROR):
        said = tab.error(503, "series", run=RUN)
    assert said == "The server failed to answer; TensorBoard's output says why."
    assert "ZeroDivisionError" in caplog.text


def test_names_are_text(fake, tab):
    name = "<img src=x onerror=alert(1)>/dice\u2028'\""
    evil = random_record(
        0, classes=("</script>", "\"'&", "\ud800x".encode("utf-8", "replace").decode())
    )
    fake.write_record(name, evil)
    listed = [run for run in tab.json("runs")["runs"] if run["name"] == name]
    assert listed[0]["classes"][-1]["name"] == "</script>"
    header, _ = tab.grid("series", run=name)
    assert header["run"] == name
    assert tab.get("runs").content_type == "application/json"


@settings(max_examples=30, phases=[Phase.generate])
@given(records())
def test_any_legal_record_is_answered(record):
    fake = FakeProvider()
    fake.write(RUN, RECORDS, 0, [encode(completed(record))])
    tab = Tab(Loader(fake))
    (run,) = tab.json("runs")["runs"]
    if not run["steps"]:
        return
    first = record.classes[0]
    for route, params in EVERY.items():
        asked = params | ({"class": first} if "class" in params else {})
        if "sample" not in params:
            response = tab.get(route, **asked)
            # an empty name is no parameter
            assert response.status_code in (200, 400), response.text
