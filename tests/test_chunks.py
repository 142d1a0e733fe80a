"""Data in parts: where they come from, and what is refused."""

import pickle

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pyarrow.dataset
import pytest

from skrnn import Chunks

TABLE = pd.DataFrame(
    {
        "store": list("aabbcc"),
        "date": pd.date_range("2020-01-01", periods=6),
        "sales": np.arange(6.0),
        "region": ["north"] * 4 + ["south"] * 2,
    }
)


@pytest.fixture
def folder(tmp_path):
    for store, part in TABLE.groupby("store"):
        part.to_parquet(tmp_path / f"{store}.parquet", index=False)
    return tmp_path


def list_stores(chunks, rng=None):
    return ["".join(X["store"].unique()) for X, _ in chunks.iterate(rng)]


def test_files_of_a_folder_are_parts(folder):
    chunks = Chunks(folder)
    assert chunks.n_parts == 3
    assert list_stores(chunks) == list_stores(chunks) == ["a", "b", "c"]
    table = pd.concat([X for X, _ in chunks], ignore_index=True)
    pd.testing.assert_frame_equal(table, TABLE, check_dtype=False)
    assert [y for _, y in chunks] == [None] * 3


def test_hidden_files_and_folders_are_no_parts(folder):
    for hidden in (".checkpoints", "_delta_log"):
        (folder / hidden).mkdir()
        TABLE.to_parquet(folder / hidden / "d.parquet")
        TABLE.to_parquet(folder / f"{hidden}.parquet")
    assert Chunks(folder).n_parts == 3


def test_a_file_and_a_dataset_are_read_alike(folder):
    assert list_stores(Chunks(str(folder / "b.parquet"))) == ["b"]
    dataset = pyarrow.dataset.dataset(folder, format="parquet")
    assert list_stores(Chunks(dataset)) == ["a", "b", "c"]


def test_names_of_folders_are_a_column(tmp_path):
    TABLE.to_parquet(tmp_path / "sales", partition_cols=["region"])
    parts = [X for X, _ in Chunks(tmp_path / "sales")]
    assert [list(part["region"].unique()) for part in parts] == [["north"], ["south"]]


def test_names_of_folders_keep_their_zeros(tmp_path):
    table = TABLE.assign(store=TABLE["store"].map({"a": "01", "b": "02", "c": "03"}))
    table.to_parquet(tmp_path, partition_cols=["store"])
    assert list_stores(Chunks(tmp_path)) == ["01", "02", "03"]


def test_each_file_has_the_columns_and_types_of_its_own(tmp_path):
    TABLE[:2].assign(sales=[1, 2]).to_parquet(tmp_path / "0.parquet")
    TABLE[2:4].to_parquet(tmp_path / "1.parquet")
    TABLE[4:].assign(extra=1.0).to_parquet(tmp_path / "2.parquet")
    (tmp_path / "README.txt").write_text("no data")
    parts = [X for X, _ in Chunks(tmp_path)]
    assert [part["sales"].dtype.kind for part in parts] == ["i", "f", "f"]
    assert list(parts[2]) == [*TABLE, "extra"]


def test_partitions_of_dask_are_parts():
    table = TABLE.set_index("store")
    parts = [X for X, _ in Chunks(dd.from_pandas(table, npartitions=2))]
    assert len(parts) == 2
    pd.testing.assert_frame_equal(
        pd.concat(parts), table, check_index_type=False, check_dtype=False
    )


def test_targets_are_columns_or_the_second_of_a_pair(folder):
    X, y = next(iter(Chunks(folder, y="sales")))
    assert list(X) == ["store", "date", "region"]
    np.testing.assert_array_equal(y, [0, 1])
    X, y = next(iter(Chunks(folder, y=["sales"])))
    assert y.shape == (2, 1)
    assert list(Chunks([(["a"], [1]), (["b"], [0])])) == [(["a"], [1]), (["b"], [0])]


def test_a_function_is_called_for_each_pass():
    chunks = Chunks(lambda: iter([(["a"], [1]), (["b"], [0])]))
    assert chunks.n_parts is None
    assert list(chunks) == list(chunks.iterate(np.random.default_rng(0)))


def test_parts_come_in_random_order_if_asked(folder):
    chunks, rng = Chunks(folder), np.random.default_rng(0)
    orders = {"".join(list_stores(chunks, rng)) for _ in range(20)}
    assert len(orders) > 3
    assert {"".join(sorted(order)) for order in orders} == {"abc"}


def test_chunks_of_files_are_pickled(folder):
    chunks = pickle.loads(pickle.dumps(Chunks(folder, y="sales")))
    assert [list(y) for _, y in chunks] == [[0, 1], [2, 3], [4, 5]]


def test_chunks_show_their_source(folder):
    assert repr(Chunks(folder, y="sales")) == f"Chunks({str(folder)!r}, y='sales')"
    assert repr(Chunks([TABLE])) == "Chunks(<list>)"


def test_sources_that_cannot_be_read_again_are_refused(tmp_path):
    for source in iter([TABLE]), (part for part in [TABLE]), TABLE, 3, None, {"a": 1}, b"x":
        with pytest.raises(TypeError, match="read again and again"):
            Chunks(source)
    with pytest.raises(ValueError, match="must be given parts; got none"):
        Chunks([])
    with pytest.raises(ValueError, match="no such file"):
        Chunks(tmp_path / "missing")
    with pytest.raises(ValueError, match="It holds none"):
        Chunks(tmp_path)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    with pytest.raises(ValueError, match=r"path of a Parquet file.*broken\.parquet"):
        Chunks(tmp_path)


def test_targets_that_a_part_lacks_are_named(folder):
    with pytest.raises(ValueError, match=r"y='price' must name columns of every part"):
        list(Chunks(folder, y="price"))


@pytest.mark.parametrize("y", [[], {"sales"}, 1.5, True, [None], ("sales", "date")])
def test_targets_must_be_labels(y):
    with pytest.raises(ValueError, match="y must be the label of a column"):
        Chunks([TABLE], y=y)
