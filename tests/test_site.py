"""The site: what it lists, and the programs that it has readers type."""

import re
import runpy
from pathlib import Path

import pandas as pd
import pytest
from fastapi.testclient import TestClient

import skrnn
from skrnn.datasets import make_demand, make_reviews

DOCS = Path(__file__).parents[1] / "docs"
pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="the documentation is not here")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a program of the first steps in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda name: runpy.run_path(str(DOCS / "start" / "programs" / f"{name}.py"))


def test_the_reference_lists_all_that_is_public():
    listed, module = set(), ""
    for line in (DOCS / "api" / "index.md").read_text(encoding="utf-8").splitlines():
        if line.startswith(".. currentmodule:: "):
            module = line.removeprefix(".. currentmodule:: skrnn").lstrip(".")
        elif re.fullmatch(r"   \w+", line):
            listed.add(f"{module}.{line.strip()}".lstrip("."))
    parts = ("datasets", "metrics")
    names = {name for name in skrnn.__all__ if name not in parts}
    names |= {f"{part}.{name}" for part in parts for name in getattr(skrnn, part).__all__}
    assert listed == names


def test_texts_go_from_a_csv_file_to_a_server(run, capsys):
    reviews = make_reviews(200, random_state=0)
    labels = [reviews.target_names[label] for label in reviews.target]
    pd.DataFrame({"text": reviews.data, "label": labels}).to_csv("reviews.csv", index=False)
    run("train_texts")
    assert "of 40 texts" in capsys.readouterr().out
    texts = ["The plot was dull.", "The plot was superb."]
    with TestClient(run("serve_texts")["app"]) as client:
        answers = client.post("/predict", json=texts).json()
    model = skrnn.load("reviews.skops")
    assert [answer["label"] for answer in answers] == model.predict(texts).tolist()
    assert all(0.5 <= answer["probability"] <= 1 for answer in answers)


def test_series_go_from_a_csv_file_to_a_server(run, capsys):
    table = make_demand(n_stores=2, n_days=120).data[["store", "date", "sales"]]
    table.to_csv("sales.csv", index=False)
    run("train_series")
    assert "NaiveForecaster: off by" in capsys.readouterr().out
    written = pd.read_csv("forecast.csv", parse_dates=["date"])
    assert written["date"].min() == table["date"].max() + pd.Timedelta(days=1)
    assert len(written) == 2 * 14
    assert list(written) == ["store", "date", "sales", "lower", "upper"]
    with TestClient(run("serve_series")["app"]) as client:
        rows = client.get(f"/forecast/{table['store'].iloc[0]}").json()
        assert client.get("/forecast/nowhere").status_code == 404
    expected = skrnn.load("sales.skops").forecast()["sales"][:14].tolist()
    assert [row["sales"] for row in rows] == pytest.approx(expected)
    assert all(row["lower"] <= row["sales"] <= row["upper"] for row in rows)
