"""The quickstart example, on a handful of reviews."""

import functools
import re
import runpy
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

import skrnn

QUICKSTART = Path(__file__).parents[1] / "examples" / "quickstart.py"
PICTURES = [
    "passengers_bars.png",
    "passengers_forecast.png",
    "passengers_training.png",
    "text_training.png",
]
GOOD = [f"good {thing}" for thing in ("plot", "cast", "songs")]
BAD = [f'"bad {thing}' for thing in ("plot", "cast", "songs")]  # a quote that is never closed


def write_table(path, name, labels):
    lines = [f"{label}\t{text}" for label, text in zip(labels, GOOD + BAD, strict=True)]
    path.write_text("\n".join([f"{name}\ttext", *lines]), encoding="utf-8")
    return path


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run the example in an empty folder, with little networks, the forecasters for an epoch."""
    for name, words in {
        "RNNForecaster": {"cell": "simple", "epochs": 1},
        "RNNClassifier": {"embedding_dim": 2},
        "RNNTextClassifier": {"embedding_dim": 2},
    }.items():
        little = functools.partial(getattr(skrnn, name), units=2, **words)
        monkeypatch.setattr(skrnn, name, little)
    monkeypatch.chdir(tmp_path)

    def run(*options):
        monkeypatch.setattr(sys, "argv", [str(QUICKSTART), *map(str, options)])
        runpy.run_path(str(QUICKSTART), run_name="__main__")

    yield run
    plt.close("all")


def test_prints_a_table_and_saves_pictures_where_it_says(run, tmp_path, capfd):
    path = write_table(tmp_path / "reviews.tsv", "rating", [1.5, 0.2, 3, -1, 0, -0.5])
    run("--reviews", path, "--pictures", tmp_path / "drawn" / "here")
    out, err = capfd.readouterr()
    header, *table = out.split("\n\n")[0].splitlines()
    assert header.split() == ["task", "estimator", "measure", "value", "seconds"]
    assert [line.split()[0] for line in table] == ["texts"] * 3 + ["passengers"] * 5
    errors = {line[12:50].strip(): float(line.split()[-2]) for line in table[3:]}
    assert errors["NaiveForecaster, last month"] == 42.33
    assert errors["WindowForecaster(LinearRegression)"] == 17.11
    assert all(len(line) == len(header) for line in table)
    assert out.endswith(f"Pictures: {tmp_path / 'drawn' / 'here'}\n")
    assert sorted(p.name for p in (tmp_path / "drawn" / "here").iterdir()) == PICTURES
    assert err == ""


@pytest.mark.parametrize(
    ("name", "labels", "expected"),
    [
        ("rating", [1.5, 0.2, 3, -1, 0, -0.5], ["positive"] * 3 + ["negative"] * 3),
        ("rating", ["up"] * 3 + ["down"] * 3, ["up"] * 3 + ["down"] * 3),
        ("stars", [5, 5, 5, 1, 1, 1], [5, 5, 5, 1, 1, 1]),
    ],
)
def test_reads_ratings_by_their_sign_and_other_labels_as_they_are(
    run, tmp_path, monkeypatch, name, labels, expected
):
    class Read(Exception):
        pass

    def stop(classifier, texts, labels, **options):
        raise Read(texts.tolist(), labels.tolist())

    monkeypatch.setattr("sklearn.model_selection.cross_validate", stop)
    with pytest.raises(Read) as seen:
        run("--reviews", write_table(tmp_path / "reviews.tsv", name, labels))
    assert seen.value.args == (GOOD + BAD, expected)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        (b"", "No columns"),
        (b"\xff\xfe\x00", "utf-8"),
        (b"rating\treview\n1\tgood\n", r"needs columns text and rating or label, has \['rating',"),
        (b"text\ngood\n", r"needs columns text and rating or label, has \['text'\]"),
        (b"label\ttext\na\tgood\na\tbad\na\tgood\n", r"at least 2 labels .* has labels of \[3\]"),
        (b"rating\ttext\n1\tgood\n-1\tbad\n", r"at least 2 labels .* has labels of \[1, 1\]"),
    ],
    ids=["missing", "empty", "binary", "no text", "no label", "one label", "too few"],
)
def test_a_bad_file_is_one_clear_error(run, tmp_path, capfd, content, message):
    path = tmp_path / "bad.tsv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SystemExit, match="2"):
        run("--reviews", path)
    out, err = capfd.readouterr()
    *_, line = err.splitlines()
    assert f"error: --reviews {path}: " in line
    assert re.search(message, line)
    assert out == ""
    assert not (tmp_path / "pictures").exists()
