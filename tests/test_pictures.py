"""Pictures of estimators in notebooks: links to their pages, and what they leave alone."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_html_repr

import skrnn
from skrnn import RNNForecaster, RNNRegressor, RNNTextClassifier, SequenceTokenizer, _doc_links

X = np.random.default_rng(0).normal(size=(12, 4))
SITE = "https://example.org/skrnn"
REFERENCE = Path(__file__).parents[1] / "docs" / "api" / "index.md"
ESTIMATORS = [
    name
    for name in skrnn.__all__
    if isinstance(getattr(skrnn, name), type) and issubclass(getattr(skrnn, name), BaseEstimator)
]

shows_more = pytest.mark.skipif(
    not hasattr(BaseEstimator, "_get_fitted_attr_html"),
    reason="scikit-learn's pictures describe parameters and attributes from 1.9 on",
)


@pytest.fixture(autouse=True)
def forget_the_site():
    _doc_links.find_site.cache_clear()
    yield
    _doc_links.find_site.cache_clear()


@pytest.fixture
def site(monkeypatch):
    class Metadata:
        def get_all(self, name):
            return ["Source, https://example.org/code", f"Documentation, {SITE}/"]

    monkeypatch.setattr(_doc_links, "metadata", lambda name: Metadata())
    return SITE


@pytest.mark.parametrize("name", ESTIMATORS)
def test_every_estimator_links_to_its_page_of_the_reference(name, site):
    estimator = getattr(skrnn, name)()
    assert estimator._get_doc_link() == f"{site}/api/generated/skrnn.{name}.html"
    assert f'href="{site}/api/generated/skrnn.{name}.html"' in estimator_html_repr(estimator)


@pytest.mark.skipif(not REFERENCE.exists(), reason="the documentation is not here")
def test_the_reference_makes_these_pages():
    assert set(ESTIMATORS) <= set(REFERENCE.read_text().split())


@shows_more
def test_parameters_say_what_they_are_for(site):
    html = estimator_html_repr(RNNRegressor())
    assert "skrnn.RNNRegressor.html#:~:text=dense_units,-int%2C%20tuple%20of%20int" in html
    assert "Widths of ReLU layers between the recurrent layers and the output." in html


def test_steps_of_a_pipeline_and_a_tokenizer_inside_have_links(site):
    model = make_pipeline(SequenceTokenizer(), RNNTextClassifier())
    html = estimator_html_repr(model)
    assert html.count(f'href="{site}/api/generated/skrnn.SequenceTokenizer.html"') == 2
    assert f'href="{site}/api/generated/skrnn.RNNTextClassifier.html"' in html


def test_what_is_not_ours_is_not_linked_to_our_pages(site):
    class Own(RNNRegressor):
        pass

    assert Own()._get_doc_link() == ""
    assert "scikit-learn.org" in CountVectorizer()._get_doc_link()


@shows_more
@pytest.mark.parametrize(
    ("estimator", "given"),
    [
        (RNNRegressor(units=2, epochs=1), (X, X[:, 0])),
        (RNNForecaster(units=2, epochs=1, window=2, network_share=1), (X[:, 0],)),
    ],
)
def test_no_network_is_built_for_a_picture(estimator, given):
    estimator.fit(*given)
    html = estimator_html_repr(estimator)
    assert "built when asked for" in html
    assert "n_iter_" in html
    model = estimator.model_
    assert "built when asked for" not in estimator_html_repr(estimator)
    assert estimator.model_ is model


def test_a_picture_of_a_forecaster_that_was_loaded_loads_no_keras(tmp_path):
    fitted = RNNForecaster(units=2, epochs=1, window=2, network_share=1).fit(X[:, 0])
    path = tmp_path / "fitted.pkl"
    path.write_bytes(pickle.dumps(fitted))
    code = f"""
import pickle, sys
from sklearn.utils import estimator_html_repr
with open({str(path)!r}, "rb") as file:
    estimator_html_repr(pickle.load(file))
print("keras" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


@pytest.mark.parametrize("error", [None, _doc_links.PackageNotFoundError])
def test_without_a_site_there_is_no_link(monkeypatch, error):
    class Metadata:
        def get_all(self, name):
            return None

    def read(name):
        if error is not None:
            raise error
        return Metadata()

    monkeypatch.setattr(_doc_links, "metadata", read)
    assert RNNRegressor()._get_doc_link() == ""
    assert "href" not in estimator_html_repr(RNNRegressor())
