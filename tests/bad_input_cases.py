"""Every kind of bad input, as the code that a user would type.

Each case has what the call is made on, the call, and two things that the error must name: the
argument and what was given for it. ``tests/test_bad_input.py`` holds the package to that;
``python -m benchmarks.bad_input`` prints the errors.
"""

import copy
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np
import pandas as pd
import polars as pl
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.cluster import KMeans
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    OneHotEncoder,
    QuantileTransformer,
    StandardScaler,
)

import skrnn
import skrnn.datasets
from skrnn.network._cells import CELLS

matplotlib.use("agg")


class Case(NamedTuple):
    """Bad input, and what the error must name."""

    made: str
    call: str
    names: str
    given: str

    @property
    def estimator(self):
        """The public name that the case is about."""
        name = self.made.partition("(")[0]
        return "register_cell" if name == "fit_with_cell" else name

    def make(self):
        """Make what the call is made on."""
        return copy.deepcopy(make_once(self.made))

    def run(self, made):
        """Make the call, which is to raise."""
        return eval(f"made{self.call}", NAMES, {"made": made})


@cache
def make_once(code):
    return eval(code, NAMES)


def put(values, row, value):
    """Give values with one of them replaced."""
    values = np.array(values)
    values[row] = value
    return values


class Lengths(TransformerMixin, BaseEstimator):
    """A tokenizer to which all texts of one length are one token, and which names no token."""

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return [[len(text)] for text in X]


def make_plain_optimizer():
    """Make a class of optimizers without options."""
    import keras

    class Plain(keras.optimizers.SGD):
        def __init__(self):
            super().__init__(learning_rate=0.1)

    return Plain


def sum_up(y, outputs):
    """Serve as a metric of which nobody knows whether much is good."""
    return outputs[:, 0]


def make_cell_without_config():
    """Make a class of cells that Keras can't make anew."""
    import keras

    class Cell(keras.layers.LSTMCell):
        def get_config(self):
            return {"size": self.units}

    return Cell


def fit_with_cell(cell, **words):
    """Fit with a cell that is registered for this fit only."""
    skrnn.register_cell("mine", cell)
    try:
        return skrnn.RNNRegressor(cell="mine", **words).fit(NAMES["X"], NAMES["y"])
    finally:
        del CELLS._registered["mine"]


# What a case can speak of.

QUICK = {"cell": "simple", "units": 2, "epochs": 1, "random_state": 0}
RNG = np.random.default_rng(0)
MONTHS = pd.date_range("2020-01", periods=40, freq="MS")
WALK = RNG.normal(size=40).cumsum()
PANEL = RNG.normal(size=(8, 5))

DATA = {
    "X": PANEL,
    "y": PANEL.sum(axis=1),
    "labels": np.array(["a", "b"] * 4),
    "flags": np.array([[0, 1], [1, 0]] * 4),
    "ids": RNG.integers(1, 9, size=(8, 5)),
    "texts": ["not good", "good", "bad bad", "so good"] * 2,
    "table": pd.DataFrame(
        {"title": ["not good", "good"] * 4, "price": range(8), "color": ["red", "blue"] * 4}
    ),
    "tokens": [["so", "good"], ["bad"]] * 4,
    "tags": [["a", "b"], ["b"]] * 4,
    "walk": WALK,
    "columns": np.column_stack([WALK, WALK**2]),
    "series": pd.Series(WALK, MONTHS, name="sales"),
    "frame": pd.DataFrame({"sales": WALK, "price": WALK**2}, MONTHS),
    "later": pd.DataFrame({"sales": 1.0, "price": 2.0}, MONTHS[:3] + pd.DateOffset(months=40)),
    "shops": pd.DataFrame(
        {"shop": list("ab") * 20, "day": MONTHS.repeat(2)[:40], "sales": WALK}, copy=True
    ),
    "nan": np.nan,
    "inf": np.inf,
}
TOOLS = [
    *(FunctionTransformer, GridSearchCV, make_pipeline),
    *(Binarizer, CountVectorizer, GradientBoostingRegressor, KFold, KMeans, KNeighborsRegressor),
    *(
        LinearRegression,
        LogisticRegression,
        OneHotEncoder,
        QuantileTransformer,
        Ridge,
        StandardScaler,
        csr_array,
    ),
    *(Lengths, fit_with_cell, make_cell_without_config, make_plain_optimizer, put, sum_up),
]
NAMES = {
    **{name: getattr(skrnn, name) for name in skrnn.__all__},
    **{name: getattr(skrnn.datasets, name) for name in skrnn.datasets.__all__},
    "RNNClassifier": partial(skrnn.RNNClassifier, **QUICK),
    "NumpyRNNClassifier": partial(skrnn.NumpyRNNClassifier, units=2, epochs=1, random_state=0),
    "RNNRegressor": partial(skrnn.RNNRegressor, **QUICK),
    "RNNTextClassifier": partial(skrnn.RNNTextClassifier, **QUICK),
    "RNNTextRegressor": partial(skrnn.RNNTextRegressor, **QUICK, linear=False),
    "RNNTagger": partial(skrnn.RNNTagger, **QUICK),
    "RNNForecaster": partial(skrnn.RNNForecaster, **QUICK, window=3, network_share=1.0),
    "WindowForecaster": partial(skrnn.WindowForecaster, window=3),
    **DATA,
    **{tool.__name__: tool for tool in TOOLS},
    "np": np,
    "pd": pd,
    "pl": pl,
    "Path": Path,
    "__file__": __file__,
}

# Parameters: what is given, as it is written, unless the message shows it in another way.

TRAINING_WORDS = [
    "truncate_gradient=0",
    "truncate_gradient=True",
    "truncate_gradient=2.5",
    "learning_rate=0",
    "learning_rate=inf",
    "learning_rate='fast'",
    ("learning_rate=10**400", "10000"),
    "clipnorm=0",
    "clipnorm='1'",
    "batch_size=0",
    "batch_size=2.5",
    "batch_size=True",
    ("batch_size=2**63", str(2**63)),
    "epochs=0",
    "epochs=True",
    "epochs='many'",
    "early_stopping='yes'",
    "validation_fraction=0.0",
    "validation_fraction=1.5",
    "n_iter_no_change=0",
    "tol=-1",
    ("tol=10**400", "10000"),
    "warm_start='yes'",
    "random_state='zero'",
    "random_state=-1",
    "verbose='loud'",
]
WEIGHT_WORDS = [
    "class_weight='heavy'",
    "class_weight={'z': 2.0}",
    "class_weight={'a': 1.0, 'b': -1.0}",
    "class_weight={'a': 0.0, 'b': 0.0}",
    "class_weight=[1, 2]",
    ("class_weight={'a': 10**400, 'b': 1}", "too large"),
]
NETWORK_WORDS = [
    "units=True",
    "units=(True, 4)",
    ("units=10**400", "10000"),
    "dense_units=True",
    "dense_units=(4, True)",
    "cell='rnn'",
    "cell=None",
    "network='rnn'",
    "network=3",
    "network=True",
    ("network=dict", "returned {"),
    "units=0",
    "units=2.5",
    "units='8'",
    "units=()",
    "units=(4, 0)",
    "units=None",
    ("units=300_000", "(300000,)"),
    "bidirectional='yes'",
    "dropout=1.0",
    "dropout=-0.1",
    "dropout=nan",
    "recurrent_dropout='0.5'",
    "dense_units=0",
    "dense_units=(4, 2.5)",
    "normalization='batchnorm'",
    "monitor='gain'",
    "monitor='val_loss'",
    "monitor=3",
    "monitor=('loss', 'best')",
    "monitor=('loss',)",
    ("monitor='sum_up', metrics=sum_up", "('sum_up', 'max')"),
    "normalization=True",
    "checkpoint='best.h5'",
    "checkpoint='no/such/folder/best.keras'",
    "checkpoint=3",
    "optimizer='adamm'",
    "optimizer=None",
    "optimizer=3",
    ("optimizer=print", "print"),
    "optimizer='LossScaleOptimizer'",
    ("optimizer=make_plain_optimizer(), clipnorm=1.0", "Plain"),
    ("learning_rate=len", "len"),
    "loss='mean_squared'",
    "loss=3",
    "metrics='acuracy'",
    "metrics=['mae', 'nope']",
    "metrics=[3]",
    "metrics=3",
    "metrics=[None]",
    "metrics=[['mae']]",
    "metrics='f1_score'",
    "metrics='crossentropy'",
    ("metrics=[np.mean]", "mean"),
    ("metrics=np.mean", "mean"),
    ("metrics=[lambda y, outputs: None]", "None"),
    ("loss=lambda y, outputs: np.mean(np.square(y - outputs))", "lambda"),
    ("loss=lambda y, outputs: 3.0", "3.0"),
    ("loss=lambda y: y", "lambda"),
    "loss='ctc'",
    "callbacks='early'",
    ("callbacks=[print]", "print"),
    ("callbacks=[3]", "3"),
    ("callbacks=[SequenceTokenizer]", "the class SequenceTokenizer"),
    *TRAINING_WORDS,
]
CLASSIFIER_WORDS = [
    "embedding='word2vec'",
    "embedding_dim=0",
    "embedding_dim=True",
    "train_embedding='no'",
    "train_embedding=None",
    "pooling='sum'",
    "loss='categorical_crossentropy'",
    "loss='sparse_categorical_crossentropy'",
    *WEIGHT_WORDS,
]
NUMPY_WORDS = [
    "units=True",
    "units=0",
    "units=2.5",
    "units='8'",
    "units=(4, 4)",
    "units=None",
    "embedding='learned'",
    "embedding=3",
    ("embedding=np.ones((9, 2))", "array([[1., 1.],"),
    "truncate_gradient='all'",
    "learning_rate=None",
    *WEIGHT_WORDS,
    *TRAINING_WORDS,
]
FREQ_WORDS = ["freq=3", "freq='month'", "freq='-1D'", "freq='ME'", "freq='W-MON'"]
PANEL_WORDS = [
    "seasonality='weekly'",
    "seasonality=1",
    "seasonality=2.5",
    "seasonality=(7, True)",
    "series='shop'",
    "series=['sales']",
    "time='day'",
    "time=0",
]
FORECASTER_WORDS = [
    *PANEL_WORDS,
    "window=True",
    "horizon=True",
    "difference=True",
    "window=0",
    "window=2.5",
    "window='12'",
    "window=40",
    "horizon=0",
    "horizon='3'",
    "horizon=38",
    "strategy='magic'",
    "scaling='minmax'",
    "scaling=3",
    "scaling=StandardScaler",
    "scaling=Binarizer()",
    "scaling=OneHotEncoder()",
    "scaling=QuantileTransformer(n_quantiles=0)",
    ("scaling=FunctionTransformer(np.log, np.exp)", "not finite"),
    ("scaling=FunctionTransformer(np.abs, np.abs)", "gives back"),
    ("scaling=FunctionTransformer(np.square)", "gives back"),
    ("scaling=FunctionTransformer(np.sign, inverse_func=np.sign)", "gives back"),
    "difference=0",
    "difference='season'",
    "difference=39",
    "difference=41",
    "target='sale'",
    "target=5",
    "target=-1",
    "target=2",
    "target=True",
    ("target=[False]", "[False]"),
    ("target=['sales', 'sales']", "twice"),
    ("target=['sales', 0]", "twice"),
    "target=['sales', 'sale']",
    "target=[]",
    "target=1.5",
    "known='cost'",
    "known=2",
    "known=2.5",
    "known=True",
    ("known=['price', 'price']", "'price'"),
    ("known=['price', 'sales']", "['sales', 'price']"),
    ("known='price', static='price'", "'price'"),
    "static='size'",
    ("static='price'", "constant"),
    "static={'price': 0}",
    "calendar=3",
    "calendar='hour'",
    "calendar='XX'",
    ("calendar=['month', 3]", "['month', 3]"),
    "lags=0",
    "lags='12'",
    "lags=[2.5]",
    "lags=[[1, 2]]",
    "lags=[True]",
    ("lags=50", "50"),
    *FREQ_WORDS,
]
KNOWN_CALLS = [
    (".forecast()", "X", "'price'"),
    (".forecast(2)", "X", "'price'"),
    (".forecast(2, later)", "horizon", "2"),
    (".forecast(X=3)", "X", "3"),
    (".forecast(X={'price': [1, 2]})", "X", "{'price': [1, 2]}"),
    (".forecast(X=later[:0])", "X", "none"),
    (".forecast(X=later[['sales']])", "known", "'price'"),
    (".forecast(X=later[1:])", "X", "2023-06-01"),
    (".forecast(X=later.drop(later.index[1]))", "X", "2023-07-01"),
    (".forecast(X=later * nan)", "X", "row 0 (2023-05-01"),
    (".forecast(X=later.astype(object).assign(price=10**400))", "known", "inf"),
    (".forecast(X=later.astype(object).assign(price='low'))", "'price'", "'low'"),
    (".predict(pd.concat([frame, frame[['price']]], axis=1))", "known", "'price'"),
    (".predict(frame)", "X_future", "'price'"),
    (".predict(frame, 5)", "X_future", "5"),
    (".predict(frame, later[:0])", "X_future", "none"),
    (".predict(frame, frame)", "X_future", "2020-01-01"),
    (".predict(frame * nan, later)", "X", "row 0"),
    (".predict(frame[['sales']], later)", "known", "'price'"),
    (".update(later[['sales']])", "known", "'price'"),
]
TOKENIZER_WORDS = [
    "max_features=0",
    "max_features='100'",
    "max_features=2",
    "lowercase='yes'",
    "analyzer='words'",
    "analyzer=3",
    ("analyzer=len", "8"),
    ("analyzer=lambda text: [1]", "1"),
    ("analyzer=str.upper", "'NOT GOOD'"),
    ("analyzer=dict.fromkeys", "'n': None"),
    ("analyzer=set", "(set)"),
    ("preprocessor=len", "8"),
    "preprocessor='lower'",
    "strip_accents='NFKD'",
    ("strip_accents=len", "8"),
    "punctuation='keras'",
    "stop_words='german'",
    "stop_words=3",
    ("stop_words=['good', 3]", "3"),
    "ngram_range=2",
    "ngram_range=(2, 1)",
    "ngram_range=(1, 2.5)",
    "max_df=0",
    "max_df=1.5",
    "max_df='a'",
    "max_df=0.1",
    "token_pattern='('",
    "token_pattern='(a)(b)'",
    "token_pattern=3",
    "min_df=0",
    "min_df=1.5",
    "min_df=9",
    "min_df='a'",
    "vocabulary='good'",
    "vocabulary=3",
    ("vocabulary=[]", "no token"),
    ("vocabulary=['good', 'good']", "'good'"),
    ("vocabulary=[1, 2]", "1"),
    ("vocabulary={'good': 0}", "0"),
    ("vocabulary={'good': 2, 'bad': 2}", "2"),
    ("vocabulary={'good': 2.5}", "2.5"),
    "maxlen=0",
    "maxlen=True",
    "min_df=True",
    "maxlen=2.5",
    "padding='left'",
    "truncating='left'",
    "oov_token=3",
    "skip_top=-1",
    "skip_top=9",
]
WORDS = {
    "RNNClassifier({}).fit(X, labels)": NETWORK_WORDS + CLASSIFIER_WORDS,
    "NumpyRNNClassifier({}).fit(X, labels)": NUMPY_WORDS,
    "RNNRegressor({}).fit(X, y)": NETWORK_WORDS
    + [
        "strategy='magic'",
        "strategy=None",
        ("strategy='seq2seq', bidirectional=True", "bidirectional=True"),
    ],
    "RNNTagger({}).fit(tokens, tags)": [
        *NETWORK_WORDS,
        "embedding_dim=0",
        "min_count=0",
        "min_count=1.5",
        "lowercase='yes'",
        "spelling=None",
        "loss='categorical_crossentropy'",
    ],
    "RNNTextRegressor({}).fit(texts, y)": [
        *NETWORK_WORDS,
        "embedding=None",
        "embedding={'good': 'x'}",
        "pooling='min'",
        "linear='auto'",
        "tokenizer='word'",
        "text=1.5",
        "text='title'",
    ],
    "RNNTextRegressor({}).fit(table, y)": [
        "text='name'",
        "text=[]",
        "text=['title', 'title']",
        "text=['title', 'name']",
        "text=7",
        "text=True",
        "text=['title', None]",
        ("text='price'", "'price'"),
        ("text='title', network='segment'", "'segment'"),
    ],
    "RNNTextClassifier({}).fit(texts, labels)": NETWORK_WORDS
    + CLASSIFIER_WORDS
    + [
        "embedding=None",
        "embedding={}",
        "embedding=('good', 'bad', 'so')",
        ("embedding=(['good'], np.ones((2, 3)))", "1 words"),
        ("embedding=([1], np.ones((1, 3)))", "1 as a word"),
        ("embedding=Path('vectors.txt')", "vectors.txt"),
        ("embedding=__file__", "line 1"),
        ("embedding={'good': [1, 2], 'bad': [1]}", "(1,)"),
        "linear='auto'",
        "linear=None",
        "embedding={'good': 'x'}",
        "embedding={'good': 1.0}",
        ("embedding=np.ones((9, 2))", "array([[1., 1.],"),
        "tokenizer='word'",
        "tokenizer=None",
        "tokenizer=SequenceTokenizer",
        "tokenizer=StandardScaler()",
        "tokenizer=CountVectorizer()",
        "tokenizer=KMeans()",
        ("tokenizer=Lengths(), embedding={'good': [1, 2]}", "Lengths()"),
        "tokenizer=SequenceTokenizer(padding='left')",
    ],
    "RNNForecaster({}).fit(frame)": NETWORK_WORDS
    + FORECASTER_WORDS
    + [
        ("strategy='seq2seq', bidirectional=True", "bidirectional=True"),
        "missing='drop'",
        "linear='yes'",
        "network_share='much'",
        "network_share=1.5",
        "network_share=-0.1",
        "calibrate='always'",
        "calibrate=3",
        "quantiles=0",
        "quantiles='all'",
        "quantiles=(0.5, 1.0)",
        "quantiles=(0.9, 0.5)",
        "quantiles=(0.5, 0.5)",
        "quantiles=(0.5, nan)",
        "quantiles=(0.1, 0.9)",
        "quantiles=()",
        ("quantiles=(0.5, 0.9), loss='huber'", "'huber'"),
        ("quantiles=(0.5, 0.9), metrics='mae'", "'mae'"),
        ("quantiles=(0.5, 0.9), horizon=3, strategy='recursive'", "'recursive'"),
        ("quantiles=(0.5, 0.9), horizon=3, difference=2", "difference=2"),
        "output='counts'",
        "output=True",
        ("output='positive', difference=1", "not 1"),
        ("output='positive', scaling='standard'", "'standard'"),
        ("output='positive', scaling=None", "None"),
        ("output='positive', scaling=StandardScaler()", "StandardScaler()"),
        ("output='positive', target='sales'", f"{WALK[WALK < 0][0]:.6g} in row"),
    ],
    "NaiveForecaster({}).fit(frame)": [
        "strategy='mean'",
        "season=0",
        "season='year'",
        "horizon=0",
        "horizon=2.5",
        "target='sale'",
        *PANEL_WORDS,
        *FREQ_WORDS,
    ],
    "WindowForecaster({}).fit(frame)": FORECASTER_WORDS
    + [
        "regressor='linear'",
        "regressor=3",
        "regressor=LinearRegression",
        "regressor=StandardScaler()",
        "regressor=LogisticRegression()",
        "regressor=GradientBoostingRegressor()",
        "regressor=KMeans()",
        "regressor=Ridge(alpha=-1)",
        "calibrate='auto'",
        "calibrate=3",
    ],
    "SequenceTokenizer({}).fit(texts)": TOKENIZER_WORDS,
    "WindowTransformer({}).fit(walk)": [
        "window=0",
        "window=2.5",
        "window='12'",
        "window=41",
        "window=1",
        "horizon=0",
        "stride=0",
        "stride=None",
    ],
    "load_airline({})": ["return_X_y='yes'"],
    "load_electricity({})": ["return_X_y='yes'"],
    "make_demand({})": ["n_stores=0", "n_days=2.5", "noise=-0.1", "noise=inf", "random_state=-1"],
    "make_sine({})": [
        "n_steps=0",
        "n_steps=2.5",
        "frequency=0",
        "stop='end'",
        "noise=-1",
        "random_state='zero'",
        "return_X_y=None",
    ],
    "make_waves({})": ["n_series=0", "n_steps='50'", "horizon=0", "noise=-0.1", "random_state=-1"],
    "make_tagged_sentences({})": ["n_samples=0", "max_phrases=0", "max_phrases=1.5"],
    "make_reviews({})": [
        "n_samples=0",
        "n_samples=2.5",
        "language='fr'",
        "max_remarks=11",
        "flip_y=1.5",
        "random_state='zero'",
        "return_X_y=1",
    ],
    "load_docstrings({})": [
        "packages='numpy'",
        "packages=3",
        "packages=[]",
        "packages=[3]",
        "packages=['numpy', 'numpy']",
        "min_words=0",
        "max_per_class=0",
        "random_state='zero'",
    ],
    "fetch_imdb({})": ["subset='val'", "num_words=3", "as_text='yes'", "return_X_y='yes'"],
}

# Data, and methods: (call, the argument, what was given).

PANELS = [
    ("None", "X", "None"),
    ("5", "X", "5"),
    ("X[:, 0]", "X", "(8,)"),
    ("X[:, 0].tolist()", "X", "list"),
    ("X[:, :, None, None]", "X", "4"),
    ("[]", "X", "[]"),
    ("X[:0]", "X", "(0, 5)"),
    ("X[:, :0]", "X", "(8, 0)"),
    ("X[:, :0, None]", "X", "(8, 0, 1)"),
    ("X[:, :, None][:, :, :0]", "X", "(8, 5, 0)"),
    ("np.full((8, 5), 'a')", "X", "<U1"),
    ("'text'", "X", "text"),
    ("put(X.astype(object), (0, 0), 'a')", "X", "'a'"),
    ("put(X.astype(object), (0, 0), [1])", "X", "object"),
    ("X * 1j", "X", "complex"),
    ("csr_array(X)", "X", "csr_array"),
    ("put(X, (0, 0), inf)", "X", "infinity"),
    ("put(X, (0, 0), 1e300)", "X", "too large"),
    ("X * nan", "X", "NaN"),
    ("{'a': 1}", "X", "{'a': 1}"),
    ("[[1, 2], 3] * 4", "X", "list"),
    ("[[1, 2], [1, 'a', 2]] * 4", "X", "list"),
    ("[[1, 2], [1, None, 'b']] * 4", "X", "list"),
    ("[np.ones((2, 1)), np.ones((3, 2))] * 4", "X", "features"),
    ("[np.ones((2, 1, 1)), np.ones((3, 1, 1))] * 4", "X", "list"),
    ("pd.DataFrame({'a': list('abcdefgh')})", "X", "DataFrame"),
    ("X[:7]", "X", "7"),
    ("np.arange(40).reshape(8, 5).astype('M8[D]')", "X", "datetime64[D]"),
    ("np.arange(40).reshape(8, 5).astype('m8[D]').tolist()", "X", "timedelta"),
    ("pd.DataFrame({'a': pd.date_range('2020', periods=8)})", "X", "datetime64"),
    ("[[10**400] * 5] * 8", "X", "too large"),
    ("memoryview(X[:, 0].astype('>f8'))", "X", "memoryview"),
    ("X.astype(object).view(np.matrix)", "X", "matrix"),
]
TARGETS = [
    ("None", "y", "None"),
    ("5", "y", "5"),
    ("{target}[:7]", "y", "7"),
    ("[]", "y", "[]"),
    ("put({target}.astype(object), 0, None)", "y", "object"),
    ("put({target}.astype(object), 0, nan)", "y", "NaN"),
    ("np.ones((8, 2, 2, 2))", "y", "(8, 2, 2, 2)"),
    ("np.ones((8, 0))", "y", "(8, 0)"),
    ("np.arange(8) * 1j", "y", "complex"),
    ("{{'a': 1}}", "y", "{'a': 1}"),
]
WEIGHTS = [
    ("np.ones(7)", "sample_weight", "(7,)"),
    ("np.ones((8, 2))", "sample_weight", "(8, 2)"),
    ("-np.ones(8)", "sample_weight", "Negative"),
    ("np.zeros(8)", "sample_weight", "zero"),
    ("put(np.ones(8), 0, nan)", "sample_weight", "NaN"),
    ("put(np.ones(8), 0, inf)", "sample_weight", "inf"),
    ("'heavy'", "sample_weight", "heavy"),
    ("['a'] * 8", "sample_weight", "'a'"),
    ("np.ma.masked_greater(np.ones(8), 0)", "sample_weight", "masked"),
    ("np.arange(8).astype('m8[D]')", "sample_weight", "timedelta64[D]"),
    ("[10**400] * 8", "sample_weight", "too large"),
    ("nan", "sample_weight", "NaN"),
    ("2j", "sample_weight", "2j"),
    ("10**400", "sample_weight", "too large"),
]
SERIES = [
    ("None", "X", "None"),
    ("5", "X", "5"),
    ("np.ones((9, 2, 2))", "X", "(9, 2, 2)"),
    ("[]", "X", "[]"),
    ("frame[:0]", "X", "(0, 2)"),
    ("frame[[]]", "X", "(40, 0)"),
    ("walk.astype(str)", "X", "<U"),
    ("'text'", "X", "text"),
    ("put(walk.astype(object), 0, 'a')", "X", "'a'"),
    ("walk * 1j", "X", "complex"),
    ("pl.DataFrame({'a': pl.Series([np.complex64(1)] * 40, dtype=pl.Object)})", "X", "omplex"),
    ("csr_array(columns)", "X", "csr_array"),
    ("put(walk, 0, inf)", "X", "infinity"),
    ("[np.array([inf], object)] * 40", "X", "infinity"),
    ("[[1, 2], [3]] * 9", "X", "list"),
    ("{'a': 1}", "X", "{'a': 1}"),
    ("pd.DataFrame({'a': ['x'] * 40})", "X", "'x'"),
    ("list(np.arange(40).astype('M8[D]'))", "X", "datetime64"),
    ("[10**400] * 40", "X", "too large"),
    ("frame.reset_index()", "X", "'index'"),
    ("frame.assign(end=frame.index.to_period())", "X", "'end'"),
    ("frame.assign(day=frame.index.date)", "X", "'day'"),
    ("series.index", "X", "datetime64"),
    ("series.index - series.index[0]", "X", "timedelta64"),
    ("list(series.index.values)", "X", "datetime64"),
    ("list(series.index)", "X", "Timestamp"),
    ("pl.from_pandas(frame.reset_index())", "X", "'index'"),
]
# Indexes that a forecaster cannot read.
INDEXES = [
    ("series[::-1]", "X", "2023-04-01"),
    ("pd.concat([series[:9], series[8:]])", "X", "2020-09-01"),
    ("pd.concat([series, series])", "X", "in rows 0 and 40"),
    ("pd.concat({'a': pd.concat({'b': series})})", "X", "3 levels"),
    ("pd.concat({'a': pd.Series(walk, list('ab') * 20)})", "X", "two levels"),
    ("pd.concat({'a': pd.concat([series, series])}, names=['shop'])", "X", "rows 0 and 40"),
    ("series.rename({series.index[3]: pd.NaT})", "X", "row 3"),
    ("pd.Series(walk)[::-1]", "X", "38 comes after 39"),
    ("pd.concat([pd.Series(walk), pd.Series(walk)])", "X", "in rows 0 and 40"),
    ("pd.Series(walk, series.index.strftime('%m/%d/%Y'))", "X", "'01/01/2020'"),
    ("pd.Series(walk, series.index.strftime('%b %Y'))", "X", "'Jan 2020'"),
    ("pd.Series([1, 2], ['2020-01-01', 'x'])", "X", "ISO8601"),
    ("pd.Series(walk, series.index.astype(str))[:0]", "X", "(0,)"),
    ("pd.Series([1, 2, 3, 4], pd.to_datetime([0, 1, 2, 10**9], unit='s'))", "X", "1000000001"),
]
TEXTS = [
    ("None", "X", "None"),
    ("3", "X", "3"),
    ("'not good'", "X", "'not good'"),
    ("b'not good'", "X", "b'not good'"),
    ("memoryview(b'not good')", "X", "memoryview"),
    ("list", "X", "list"),
    ("{'a': 'good'}", "X", "{'a': 'good'}"),
    ("{'good', 'bad'}", "X", "set"),
    ("(text for text in texts)", "X", "generator"),
    ("[]", "X", "0 texts"),
    ("[*texts[:7], None]", "X", "None"),
    ("[*texts[:7], nan]", "X", "nan"),
    ("[*texts[:7], 3]", "X", "3"),
    ("[*texts[:7], b'good']", "X", "b'good'"),
    ("[*texts[:7], ['good']]", "X", "['good']"),
    ("pd.Series([*texts[:7], np.nan])", "X", "nan"),
    ("[*texts[:5], None, nan, pd.NA]", "X", "3 of 8 texts"),
    ("pd.DataFrame({'text': texts, 'more': texts})", "X", "['text', 'more']"),
    ("np.ones((8, 1))", "X", "1.0"),
    ("np.array(texts).reshape(4, 2)", "X", "(4, 2)"),
    ("X", "X", "(8, 5)"),
    ("[''] * 8", "X", "0 different tokens"),
]
COVERAGES = [
    (code, "coverage", code)
    for code in ("0", "1", "90", "-0.1", "nan", "'0.9'", "None", "True", "[0.8, 0.9]")
]


def fill(pattern, cases, **marks):
    """Put arguments in the place of ``{}`` in a call."""
    return [
        (pattern.format(code.format(**marks) if marks else code), *rest) for code, *rest in cases
    ]


ROW_WEIGHTS = [
    *fill(".fit(frame[:8], sample_weight={})", WEIGHTS),
    (".fit(series, sample_weight=(series**2).shift(1, freq='MS'))", "sample_weight", "2020-02-01"),
    (".fit(walk, sample_weight=np.arange(40) < 3)", "sample_weight", "0"),
]


CALLS = {
    "RNNRegressor()": [
        *fill(".fit({}, y)", PANELS),
        *fill(".fit(X, {})", TARGETS, target="y"),
        (".fit(X, labels)", "y", "'a'"),
        (".fit(X, put(y, 0, inf))", "y", "infinity"),
        (".fit(X, put(y, 0, 1e300))", "y", "too large"),
        (".fit(X, csr_array(flags))", "y", "csr_array"),
        (".fit(X, np.ma.masked_less(y, 0))", "y", "NaN"),
        (".fit(X, np.arange(8).astype('M8[D]'))", "y", "datetime64[D]"),
        (".fit(X, [10**400] * 8)", "y", "too large"),
        *fill(".fit(X, y, sample_weight={})", WEIGHTS),
        (".fit(X, y, X_val=X)", "y_val", "None"),
        (".fit(X, y, y_val=y)", "X_val", "None"),
        (".fit(X, y, X_val=X[:, :4], y_val=y)", "X_val", "4"),
        (".fit(X, y, X_val=X[:, :, None][:, :, [0, 0]], y_val=y)", "X_val", "2 features"),
        (".fit(X, y, X_val=put(X, (0, 0), inf), y_val=y)", "X_val", "infinity"),
        (".fit(X, y, X_val=np.full((8, 5), 'a'), y_val=y)", "X_val", "<U1"),
        (".fit(X, y, X_val=X[:0], y_val=y[:0])", "X_val", "(0, 5)"),
        (".fit(X, y, X_val=X, y_val=y[:7])", "y_val", "7"),
        (".fit(X, y, X_val=X, y_val=put(y, 0, nan))", "y_val", "NaN"),
        (".fit(X, y, X_val=X, y_val=labels)", "y_val", "'a'"),
        (".fit(X, y, X_val=X, y_val=flags)", "y_val", "2"),
        (".partial_fit(None, y)", "X", "None"),
        (".partial_fit(X, None)", "y", "None"),
        (".partial_fit(X, y, sample_weight=-np.ones(8))", "sample_weight", "Negative"),
        (".predict(X)", "RNNRegressor", "not fitted"),
        (".score(X, y)", "RNNRegressor", "not fitted"),
        (".model_", "RNNRegressor", "not fitted"),
        (".set_params(unit=3)", "unit", "unit"),
    ],
    "RNNRegressor": [("(unit=3)", "unit", "unit"), ("(3)", "positional", "2")],
    "RNNRegressor(strategy='seq2seq')": [
        (".fit(X[:, :, None][:, :, [0, 0]], y)", "y", "(8,)"),
        (".fit(X, np.ones((8, 3, 2)))", "y", "(8, 3, 2)"),
        (".fit(X, flags, X_val=X, y_val=y)", "y_val", "1 outputs"),
    ],
    "RNNRegressor(strategy='recursive')": [
        (".fit(X[:, :, None][:, :, [0, 0]], flags)", "y", "(8, 2)"),
    ],
    "RNNRegressor(early_stopping=True)": [
        (".fit(X[:1], y[:1])", "validation_fraction", "0.1"),
    ],
    "RNNRegressor(early_stopping=True, validation_fraction=0.99)": [
        (".fit(X, y)", "validation_fraction", "0.99"),
    ],
    "RNNRegressor().fit(X, y)": [
        (".predict(None)", "X", "None"),
        (".predict(X[:, 0])", "X", "(8,)"),
        (".predict(X[:, :3])", "X", "3 features"),
        (".predict(X[:, :, None][:, :, [0, 0]])", "X", "2 features"),
        (".predict(X[:0])", "X", "(0, 5)"),
        (".predict(np.full((8, 5), 'a'))", "X", "<U1"),
        (".predict(put(X, (0, 0), inf))", "X", "infinity"),
        (".score(X, y[:7])", "y", "7"),
        (".score(X, labels)", "y", "<U1"),
        (".score(X, [[1], [2, 3]] * 4)", "y", "list"),
        (".score(X, y, ['a'] * 8)", "sample_weight", "'a'"),
        (".partial_fit(X[:, :3], y)", "X", "3 features"),
        (".partial_fit(X, flags)", "y", "2 outputs"),
    ],
    "RNNRegressor().fit(pd.DataFrame(X, columns=list('abcde')), y)": [
        (".predict(pd.DataFrame(X, columns=list('edcba')))", "feature names", "same order"),
        (".predict(pd.DataFrame(X, columns=list('abcdz')))", "feature names", "z"),
    ],
    **{
        f"RNNRegressor(warm_start=True).fit(X, y).set_params({name}='{value}')": [
            (".fit(X, y)", name, value),
            (".partial_fit(X, y)", name, value),
        ]
        for name, value in (("cell", "gru"), ("optimizer", "sgd"), ("strategy", "seq2seq"))
    },
    "RNNRegressor(warm_start=True).fit(X, y).set_params(units=3)": [(".fit(X, y)", "units", "3")],
    "RNNRegressor(warm_start=True).fit(X, y)": [
        (".fit(X[:, :3], y)", "X", "3 features"),
        (".fit(X, flags)", "y", "2 outputs"),
    ],
    "RNNClassifier()": [
        *fill(".fit({}, labels)", PANELS),
        *fill(".fit(X, {})", TARGETS, target="labels"),
        (".fit(X, y)", "y", "continuous"),
        (".fit(X, put(y, 0, nan))", "y", "NaN"),
        (".fit(X, ['a'] * 8)", "y", "1 class"),
        (".fit(X, np.ma.masked_equal(flags[:, 0], 1))", "y", "masked"),
        (".fit(X, [10**400, 1] * 4)", "y", "10000"),
        (".fit(X, np.array(['a', 1] * 4, object))", "y", "object"),
        (".fit(X, np.arange(16).reshape(8, 2))", "y", "multiclass-multioutput"),
        (".fit(X, [['a'], ['a', 'b']] * 4)", "y", "list"),
        *fill(".fit(X, labels, sample_weight={})", WEIGHTS),
        (".fit(X, labels, X_val=X)", "y_val", "None"),
        (".fit(X, labels, y_val=labels)", "X_val", "None"),
        (".fit(X, labels, X_val=X, y_val=put(labels, 0, 'z'))", "y_val", "'z'"),
        (".fit(X, labels, X_val=X, y_val=flags)", "y_val", "(8, 2)"),
        (".fit(X, labels, X_val=X, y_val=labels[:7])", "y_val", "7"),
        (".fit(X, labels, X_val=X[:, :4], y_val=labels)", "X_val", "4"),
        (".partial_fit(X, None)", "y", "None"),
        (".partial_fit(X, y)", "y", "continuous"),
        (".partial_fit(X, labels, classes=['a'])", "classes", "'a'"),
        (".partial_fit(X, labels, classes=['a', 'c'])", "y", "'b'"),
        (".partial_fit(X, labels, classes=[0, 1])", "y", "'a'"),
        (".partial_fit(X, labels, classes=3)", "classes", "3"),
        (".partial_fit(X, labels, classes=[])", "classes", "[]"),
        (".partial_fit(X, labels, classes=[0.5, 1.5])", "classes", "0.5"),
        (".predict(X)", "RNNClassifier", "not fitted"),
        (".predict_proba(X)", "RNNClassifier", "not fitted"),
        (".decision_function(X)", "RNNClassifier", "not fitted"),
    ],
    "RNNClassifier(early_stopping=True)": [
        (".fit(X[:2], labels[:2])", "validation_fraction", "0.1"),
    ],
    "RNNClassifier(embedding='learned')": [
        (".fit(ids + 0.5, labels)", "X", "not whole"),
        (".fit(-ids, labels)", "X", "-8"),
        (".fit(ids > 4, labels)", "X", "booleans"),
        (".fit(0 * ids, labels)", "X", "nothing but padding"),
        (".fit(ids * nan, labels)", "X", "NaN"),
        (".fit(put(ids, (0, 0), 2**40), labels)", "X", str(2**40)),
        (".fit(put(ids, (0, 0), 2**31 - 9), labels)", "X", str(2**31 - 9)),
        (".fit(ids.astype(str), labels)", "X", "<U"),
        (".fit(texts, labels)", "X", "list"),
        (".fit(ids[0], labels)", "X", "(5,)"),
        (".fit(np.ones((8, 5, 2)), labels)", "X", "(8, 5, 2)"),
        (".fit(np.ones((8, 5, 1, 1)), labels)", "X", "(8, 5, 1, 1)"),
        (".fit(ids * 1j, labels)", "X", "complex"),
        (".fit([[1, 2], [1.5]] * 4, labels)", "X", "not whole"),
        (".fit(None, labels)", "X", "None"),
        (".fit(csr_array(ids), labels)", "X", "csr_array"),
    ],
    "RNNClassifier(embedding='learned').fit(ids, labels)": [
        (".predict(ids + 0.5)", "X", "not whole"),
        (".predict(-ids)", "X", "-8"),
        (".predict(texts)", "X", "list"),
    ],
    "RNNClassifier(embedding=np.ones((3, 2)))": [(".fit(ids, labels)", "embedding", "3 vectors")],
    "RNNClassifier(embedding=np.ones(9))": [(".fit(ids, labels)", "embedding", "(9,)")],
    "RNNClassifier(embedding=np.full((9, 2), nan))": [(".fit(ids, labels)", "embedding", "NaN")],
    "RNNClassifier(embedding=[['a'] * 2] * 9)": [(".fit(ids, labels)", "embedding", "'a'")],
    "RNNClassifier().fit(X, labels)": [
        (".predict(X[:, :3])", "X", "3 features"),
        (".predict_proba(None)", "X", "None"),
        (".decision_function(X[:, 0])", "X", "(8,)"),
        (".partial_fit(X, labels, classes=['a', 'c'])", "classes", "'c'"),
        (".partial_fit(X, put(labels, 0, 'z'))", "y", "'z'"),
        (".partial_fit(X, flags)", "y", "(8, 2)"),
        (".partial_fit(X[:, :3], labels)", "X", "3 features"),
        (".partial_fit(X, np.full(8, 'NaT', 'm8[s]'))", "y", "['a' 'b']"),
        (".score(X, labels[:7])", "y", "7"),
        (".score(X, ['a', pd.NA] * 4)", "y", "<NA>"),
        (".score(X, np.array([['a'], ['a', 'b']] * 4, object))", "y", "object"),
        (".score(X, labels, [['a']] * 8)", "sample_weight", "'a'"),
    ],
    "RNNClassifier().fit(X, flags)": [
        (".partial_fit(X, flags[:, [0, 1, 1]])", "y", "(8, 3)"),
        (".partial_fit(X, labels)", "y", "(8,)"),
    ],
    "RNNClassifier(warm_start=True).fit(X, labels)": [
        (".fit(X, put(labels, 0, 'z'))", "y", "'z'"),
    ],
    "RNNClassifier(warm_start=True).fit(X, labels).set_params(dropout=0.5)": [
        (".fit(X, labels)", "dropout", "0.5"),
    ],
    "RNNClassifier(warm_start=True).fit(X, labels).set_params(embedding='learned')": [
        (".fit(ids, labels)", "embedding", "'learned'"),
    ],
    "RNNTextClassifier()": [
        *fill(".fit({}, labels)", TEXTS),
        *fill(".fit(texts, {})", TARGETS, target="labels"),
        (".fit(texts[:7], labels)", "X", "7"),
        (".fit(texts, y)", "y", "continuous"),
        (".fit(texts, ['a'] * 8)", "y", "1 class"),
        *fill(".fit(texts, labels, sample_weight={})", WEIGHTS),
        (".fit(texts, labels, X_val=texts)", "y_val", "None"),
        (".fit(texts, labels, X_val='good', y_val=labels)", "X_val", "'good'"),
        (".fit(texts, labels, X_val=[*texts[:7], None], y_val=labels)", "X_val", "None"),
        (".fit(texts, labels, X_val=texts, y_val=put(labels, 0, 'z'))", "y_val", "'z'"),
        (".fit(Chunks([(texts, labels)]), labels)", "y must be None", "(8,)"),
        (".fit(Chunks([(texts, labels)]), sample_weight=y)", "sample_weight", "(8,)"),
        (".fit(Chunks([(texts, labels), (texts, labels[:7])]))", "Part 1 of X", "7"),
        (".fit(Chunks([(texts, labels), texts]))", "Part 1 of X", "targets"),
        (".fit(Chunks([(texts, labels), ([None], ['a'])]))", "Part 1 of X", "None"),
        (".fit(Chunks([(texts, labels), (texts, y)]))", "Part 1 of X", "continuous"),
        (".fit(Chunks([(texts, labels), (texts, ids[:, 0])]))", "Part 1 of X", "numbers"),
        (".fit(Chunks([(texts, labels), (texts, flags)]))", "Part 1 of X", "shape (2,)"),
        (".fit(Chunks([(texts, ['a'] * 8)] * 2))", "y", "1 class"),
        (".fit(Chunks([([], [])]))", "X", "0 texts"),
        (".fit(Chunks(lambda: iter([])))", "X", "0 texts"),
        (".fit(Chunks(lambda: None))", "Chunks", "None"),
        (".fit(Chunks([(texts, labels)]), X_val=texts)", "y_val", "None"),
        (".fit(texts, labels, X_val=Chunks([(texts, labels)]), y_val=labels)", "X_val", "Chunks"),
        (".predict(texts)", "RNNTextClassifier", "not fitted"),
        (".predict_proba(texts)", "RNNTextClassifier", "not fitted"),
        (".transform(texts)", "RNNTextClassifier", "not fitted"),
        (".set_params(tokenizer__maxlength=3)", "maxlength", "maxlength"),
    ],
    "RNNTextClassifier(text='title')": [
        (
            ".fit(Chunks([(table, labels), (table[['title']], labels)]))",
            "Part 1 of X",
            "['title']",
        ),
        (".fit(Chunks([(table, labels), (texts, labels)]))", "Part 1 of X", "list"),
        (
            ".fit(Chunks([(table, labels), (table.assign(price='low'), labels)]))",
            "Part 1 of X",
            "'price'",
        ),
    ],
    "RNNTextClassifier(tokenizer=SequenceTokenizer(maxlen=0))": [
        (".fit(texts, labels)", "maxlen", "0"),
    ],
    "RNNTextClassifier().fit(texts, labels)": [
        *fill(".predict({})", TEXTS[:-1]),
        (".partial_fit(texts, put(labels, 0, 'z'))", "y", "'z'"),
        (".partial_fit(texts, put(labels, 0, 'z'))", "classes", "partial_fit"),
        (".transform('good')", "X", "'good'"),
        (".partial_fit(texts, labels, classes=['a', 'c'])", "classes", "'c'"),
    ],
    "warm_up": [
        ("(RNNRegressor(), X)", "RNNRegressor", "not fitted"),
        ("(RNNRegressor().fit(X, y), X, n_threads=0)", "n_threads", "0"),
        ("(RNNRegressor().fit(X, y), X, n_threads=17)", "n_threads", "17"),
        ("(RNNRegressor().fit(X, y), X, n_threads=True)", "n_threads", "True"),
        ("(RNNRegressor().fit(X, y), X[:, 0])", "X", "(1,)"),
    ],
    "RNNTextRegressor()": [
        *fill(".fit({}, y)", TEXTS),
        *fill(".fit(texts, {})", TARGETS, target="y"),
        (".fit(texts[:7], y)", "X", "7"),
        *fill(".fit(texts, y, sample_weight={})", WEIGHTS),
        (".fit(texts, y, X_val=texts)", "y_val", "None"),
        (".fit(texts, y, X_val='good', y_val=y)", "X_val", "'good'"),
        (".fit(texts, y, X_val=texts, y_val=labels)", "y_val", "'a'"),
        (".fit(table, y)", "X", "(8, 3)"),
        (".fit(Chunks([(texts, y), (texts, flags)]))", "Part 1 of X", "shape (2,)"),
        (".fit(Chunks([(texts, y), (texts, labels)]))", "Part 1 of X", "'a'"),
        (".fit(Chunks([(texts, y), (texts, put(y, 0, nan))]))", "Part 1 of X", "NaN"),
        (".predict(texts)", "RNNTextRegressor", "not fitted"),
        (".explain(texts)", "RNNTextRegressor", "not fitted"),
    ],
    "RNNTextRegressor(text='title')": [
        (".fit(texts, y)", "X", "'good'"),
        (".fit(table['title'], y)", "X", "Series"),
        (".fit(table.to_numpy(), y)", "text", "'title'"),
        (".fit(table.assign(title=3), y)", "X", "3"),
        (".fit(put(table['title'], 0, None), y)", "X", "array"),
        (".fit(table.assign(title=[None, *texts[1:]]), y)", "X", "Row 0"),
        (".fit(table.assign(title=[None] * 2 + texts[2:]), y)", "'title'", "2 of 8 texts"),
        (".fit(table.assign(day=later.index[[0] * 8]), y)", "X", "times"),
        (".fit(table.assign(price=inf), y)", "X", "infinity"),
        (".fit(table.assign(price=1e300), y)", "X", "1e+300"),
        (".fit(table.assign(price=[10**400] * 8), y)", "X", "infinity"),
        (".fit(table.assign(price=2j), y)", "X", "2j (complex)"),
        (".fit(table.set_axis(['title', 'price', 'price'], axis=1), y)", "X", "'price'"),
        (".fit(table.assign(tags=tags), y)", "X", "['a', 'b']"),
        (".fit(table, y, X_val=table[['title']], y_val=y)", "X_val", "'price'"),
    ],
    "RNNTextRegressor(text='title').fit(table, y)": [
        (".predict(texts)", "X", "'good'"),
        (".predict(table[['price', 'color']])", "X", "'title'"),
        (".predict(table[['title', 'color']])", "X", "'price'"),
        (".predict(table.assign(price='dear'))", "X", "'dear'"),
        (".predict(table.assign(price=-1e300))", "X", "-1e+300"),
        (".predict(table.assign(title=None))", "X", "None"),
        (".explain(table['title'])", "X", "Series"),
        (".partial_fit(table[['title']], y)", "X", "'price'"),
    ],
    "RNNTextRegressor(text='title', warm_start=True).fit(table, y).set_params(text='color')": [
        (".fit(table, y)", "text", "'color'"),
        (".partial_fit(table, y)", "text", "['title']"),
    ],
    "RNNTextRegressor(warm_start=True).fit(texts, y).set_params(text='title')": [
        (".fit(table, y)", "text", "'title'"),
    ],
    "RNNTextRegressor().fit(texts, y)": [
        *fill(".predict({})", TEXTS[:-1]),
        (".partial_fit(texts, flags)", "y", "2 outputs"),
        (".explain('good')", "X", "'good'"),
    ],
    "RNNTagger()": [
        (".fit('so good', tags)", "X", "'so good'"),
        (".fit(texts, tags)", "X", "'not good'"),
        (".fit([], [])", "X", "[]"),
        (".fit(None, tags)", "X", "None"),
        (".fit(3, tags)", "X", "3"),
        (".fit([['so'], 'good'], [['a'], ['b']])", "X", "'good'"),
        (".fit([['so'], []] * 4, [['a'], []] * 4)", "X", "empty"),
        (".fit([['so', 3], ['bad']] * 4, tags)", "X", "3"),
        (".fit([['so', None], ['bad']] * 4, tags)", "X", "None"),
        (".fit(tokens[:7], tags)", "y", "[8, 7]"),
        (".fit([['so'], ['bad']] * 4, tags)", "y", "2 labels"),
        (".fit(put(X, (1, 2), nan), [['a', 'b', 'a', 'b', 'a']] * 8)", "X", "NaN in sequence 1"),
        (".fit(tokens, None)", "y", "None"),
        (".fit(tokens, 'abababab')", "y", "'abababab'"),
        (".fit(tokens, labels)", "y", "'a'"),
        (".fit(tokens, [['a', 'a'], ['a']] * 4)", "y", "1 class"),
        (".fit(tokens, [['a', 1], ['b']] * 4)", "y", "str"),
        (".fit(tokens, [['a', None], ['b']] * 4)", "y", "None"),
        (".fit(tokens, [[0.5, 1.5], [2.5]] * 4)", "y", "continuous"),
        (".fit(tokens, [[['a'], ['b']], [['b']]] * 4)", "y", "['a']"),
        *fill(".fit(tokens, tags, sample_weight={})", WEIGHTS),
        (".fit(tokens, tags, X_val=tokens)", "y_val", "None"),
        (".fit(tokens, tags, X_val=texts, y_val=tags)", "X_val", "'not good'"),
        (".fit(tokens, tags, X_val=tokens, y_val=[['a', 'z'], ['b']] * 4)", "y_val", "'z'"),
        (".predict(tokens)", "RNNTagger", "not fitted"),
        (".score(tokens, tags)", "RNNTagger", "not fitted"),
    ],
    "RNNTagger().fit(tokens, tags)": [
        (".predict('so good')", "X", "'so good'"),
        (".predict(['so good'])", "X", "'so good'"),
        (".predict_proba([['so'], []])", "X", "empty"),
        (".predict(X)", "X", "values"),
        (".predict(np.ma.masked)", "X", "values"),
        (".predict(csr_array(X).tocoo())", "X", "values"),
        (".predict(memoryview(b'so'))", "X", "memoryview"),
        (".score(tokens, labels)", "y", "'a'"),
        (".score(tokens, np.array(2.5))", "y", "2.5"),
        (".score(tokens, tags[:7])", "y", "7"),
        (".score(tokens, tags[::-1])", "y", "2 tokens"),
        (".score(tokens, tags, sample_weight=[1.0])", "sample_weight", "[1.0]"),
    ],
    "SequenceTokenizer()": [
        *fill(".fit({})", TEXTS),
        (".fit_transform('not good')", "X", "'not good'"),
        (".fit(Chunks([texts, [None]]))", "Part 1 of X", "None"),
        (".fit(Chunks([[]]))", "X", "0 texts"),
        (".fit_transform(Chunks([texts]))", "X", "Chunks"),
        (".transform(texts)", "SequenceTokenizer", "not fitted"),
        (".texts_to_sequences(texts)", "SequenceTokenizer", "not fitted"),
        (".inverse_transform(ids)", "SequenceTokenizer", "not fitted"),
        (".get_feature_names_out()", "SequenceTokenizer", "not fitted"),
    ],
    "SequenceTokenizer().fit(texts)": [
        *fill(".transform({})", TEXTS[:-1]),
        (".texts_to_sequences('good')", "X", "'good'"),
        (".inverse_transform([[99]])", "X", "99"),
        (".inverse_transform([[-1]])", "X", "-1"),
        (".inverse_transform([[1.5]])", "X", "1.5"),
        (".inverse_transform([['good']])", "X", "'good'"),
        (".inverse_transform([1, 2])", "X", "[1, 2]"),
        (".inverse_transform(3)", "X", "3"),
        (".inverse_transform(None)", "X", "None"),
        (".inverse_transform(csr_array([[1]]))", "X", "csr_array"),
        (".inverse_transform([[1, None]])", "X", "None"),
        (".inverse_transform([[1, 2], 3])", "X", "3"),
    ],
    "WindowTransformer(window=3)": [
        *fill(".fit({})", SERIES),
        (".fit(walk[:2])", "X", "2 rows"),
        (".transform(walk)", "WindowTransformer", "not fitted"),
        (".make_pairs(walk)", "WindowTransformer", "not fitted"),
        (".get_rows(2)", "n_rows", "2"),
        (".get_rows('9')", "n_rows", "'9'"),
        (".get_rows(9.5)", "n_rows", "9.5"),
    ],
    "WindowTransformer(window=3, horizon=2).fit(walk)": [
        (".transform(None)", "X", "None"),
        (".transform(columns)", "X", "2"),
        (".transform(walk[:2])", "X", "2 rows"),
        (".make_pairs(walk[:4])", "X", "4 rows"),
        (".make_pairs(walk, walk[:39])", "y", "39"),
        (".make_pairs(walk, walk.astype(str))", "y", "<U"),
        (".make_pairs(walk, np.arange(40).astype('M8[D]'))", "y", "datetime64[D]"),
        (".make_pairs(walk, np.ones((40, 2, 2)))", "y", "(40, 2, 2)"),
    ],
    "WindowTransformer(window=3).fit(frame)": [
        (".transform(walk)", "X", "one dimension"),
        (".transform(columns[:, [0, 1, 1]])", "X", "3 features"),
        (".transform(frame[['price', 'sales']])", "feature names", "same order"),
    ],
    **{
        f"{name}()": [
            *fill(".fit({})", SERIES),
            (".fit(walk * nan)", "X", "NaN"),
            *fill(".fit({})", INDEXES),
            (".fit(walk, walk[:39])", "y", "39"),
            (".fit(walk, ['a'] * 40)", "y", "'a'"),
            (".fit(walk, np.ones((40, 2, 2)))", "y", "(40, 2, 2)"),
            (".fit(walk, put(walk, 0, inf))", "y", "infinity"),
            (".fit(walk, 5)", "y", "5"),
            (".fit(walk * 1e160)", "X", "1e+150"),
            (".fit(walk, walk * 1e160)", "y", "1e+150"),
            (".fit(walk, series.index)", "y", "datetime64"),
            (".fit(series, series.shift(1, freq='MS'))", "y", "2020-02-01"),
            (".fit(series, pd.concat({'a': series}))", "y", "2 levels"),
            (".predict(walk)", name, "not fitted"),
            (".predict_interval(walk)", name, "not fitted"),
            (".forecast()", name, "not fitted"),
            (".forecast_interval()", name, "not fitted"),
            (".update(walk)", name, "not fitted"),
            (".score(walk)", name, "not fitted"),
            *([] if name.startswith("Naive") else [(".fit(walk[:1])", "X", "1 rows")]),
            *([] if name.startswith("Naive") else ROW_WEIGHTS),
        ]
        for name in ("RNNForecaster", "WindowForecaster", "NaiveForecaster")
    },
    "WindowForecaster(KNeighborsRegressor())": [
        (".fit(walk, sample_weight=walk**2)", "sample_weight", "KNeighborsRegressor"),
    ],
    "WindowForecaster(horizon=2)": [
        (".fit(walk, sample_weight=np.arange(40) % 2)", "sample_weight", "0"),
    ],
    "RNNForecaster(early_stopping=True)": [
        (".fit(walk, sample_weight=np.arange(40) == 9)", "sample_weight", "0"),
    ],
    "NaiveForecaster(target='sales')": [
        (".fit(frame, frame['sales'])", "target", "'sales'"),
    ],
    "NaiveForecaster(freq='D')": [
        (".fit(walk)", "freq", "'D'"),
        (".fit(pd.Series(walk))", "freq", "int64"),
        (".fit(series.to_period())", "freq", "period[M]"),
    ],
    "WindowForecaster(target='sales')": [(".fit(frame, frame['sales'])", "target", "'sales'")],
    "WindowForecaster(strategy='recursive')": [
        (".fit(columns, walk + walk[::-1])", "y", "recursive"),
    ],
    "WindowForecaster().fit(columns, walk + walk[::-1])": [(".score(columns)", "y", "None")],
    "WindowForecaster(difference=1)": [(".fit(columns, walk + walk[::-1])", "y", "1")],
    "RNNForecaster(target='sales')": [(".fit(frame, frame['sales'])", "target", "'sales'")],
    "RNNForecaster().fit(walk)": [
        (".predict_quantiles(walk)", "quantiles", "None"),
        (".forecast_quantiles()", "quantiles", "None"),
    ],
    "RNNForecaster(quantiles=(0.1, 0.5)).fit(walk)": [
        (".predict_quantiles(frame)", "X", "2 features"),
        (".forecast_quantiles(2)", "horizon", "2"),
        (".forecast_quantiles(0)", "horizon", "0"),
    ],
    "RNNForecaster(quantiles=(0.1, 0.5), warm_start=True).fit(walk).set_params(quantiles=None)": [
        (".fit(walk)", "X", "1 features"),
    ],
    "RNNForecaster(known='price')": [
        (".fit(frame.assign(price=inf))", "known", "inf in row 0 of 'price'"),
        (".fit(frame.assign(price=put(walk, 3, nan)))", "X", "row 3 (2020-04-01"),
        (".fit(frame.assign(price=frame.index))", "X", "datetime64"),
        (".fit(series)", "known", "'price'"),
        (".fit(5)", "X", "5"),
        (".fit([])", "X", "[]"),
    ],
    "WindowForecaster(known='price').fit(frame.assign(price=['low', 'high'] * 20))": [
        (".forecast(X=later)", "'price'", "2.0"),
    ],
    "WindowForecaster(static='price').fit(frame.assign(price='low'))": [
        (".predict(frame.assign(price='high'))", "static", "'high'"),
    ],
    "WindowForecaster().fit(series)": [(".predict(series, later)", "X_future", "known=")],
    "RNNForecaster(known={'price': 'low'})": [
        (".fit(frame.assign(price=put(walk, 3, nan)))", "known", "'low'"),
    ],
    "RNNForecaster(known='price', target='price')": [(".fit(frame)", "target", "'price'")],
    "RNNForecaster(known=1)": [(".fit(put(walk.reshape(-1, 2), (3, 1), inf))", "X", "row 3")],
    "RNNForecaster(calendar='month')": [(".fit(walk)", "calendar", "'month'")],
    "RNNForecaster(known='price', horizon=2).fit(frame)": KNOWN_CALLS,
    "WindowForecaster(known='price', horizon=2).fit(frame)": KNOWN_CALLS,
    "RNNForecaster(output='positive')": [
        (".fit(put(walk**2, 7, -3.5))", "output", "-3.5 in row 7"),
        (".fit(walk, put(walk**2, 9, -3.5))", "output", "-3.5 in row 9"),
    ],
    "RNNForecaster(output='positive').fit(series**2)": [
        (".update(-series.abs().shift(40, freq='MS'))", "output", f"{-abs(WALK[0]):.6g} in row 0"),
        (".partial_fit(-series.abs().shift(40, freq='MS'))", "output", f"{-abs(WALK[0]):.6g}"),
    ],
    "RNNForecaster(scaling=None)": [(".fit(walk * 1e40)", "scaling", "None")],
    "RNNForecaster(scaling=None).fit(walk)": [(".predict(walk * 1e40)", "scaling", "None")],
    "RNNForecaster(strategy='recursive')": [
        (".fit(columns, walk + walk[::-1])", "y", "recursive"),
    ],
    "RNNForecaster(early_stopping=True, validation_fraction=0.99)": [
        (".fit(walk)", "validation_fraction", "0.99"),
    ],
    "RNNForecaster(warm_start=True).fit(series)": [
        (".fit(frame)", "X", "2 features"),
    ],
    **{
        f"RNNForecaster(warm_start=True).fit(series).set_params({name}={value})": [
            (".fit(series)", name, value.strip("'")),
        ]
        for name, value in (("units", "3"), ("horizon", "3"), ("optimizer", "'sgd'"))
    },
    "RNNForecaster().fit(series).set_params(units=3)": [
        (".partial_fit(series.shift(40, freq='MS'))", "units", "3"),
    ],
    **{
        f"{name}.fit(frame)": [
            (".predict(None)", "X", "None"),
            (".predict(series)", "X", "1 features"),
            (".predict(frame[['price', 'sales']])", "feature names", "same order"),
            (".predict(frame.assign(more=1.0))", "feature names", "more"),
            (".predict(frame[::-1])", "X", "2023-04-01"),
            (".predict(frame.set_axis(range(40)))", "X", "int64"),
            (".predict(frame.tz_localize('UTC'))", "X", "UTC"),
            (".predict(frame.set_axis(frame.index.to_period()))", "X", "period"),
            (".predict(frame.shift(1, freq='D'))", "X", "2020-01-02"),
            (".update(frame.shift(60, freq='ME'))", "X", "2024-12-31"),
            (".score(pd.concat({'a': frame}))", "X", "several series"),
            (".predict(frame[:0])", "X", "(0, 2)"),
            (".predict(frame.astype(object).assign(sales='a'))", "X", "'a'"),
            (".forecast(0)", "horizon", "0"),
            (".forecast(-1)", "horizon", "-1"),
            (".forecast(2.5)", "horizon", "2.5"),
            (".forecast('3')", "horizon", "'3'"),
            (".forecast(True)", "horizon", "True"),
            (".predict(frame * 1e160)", "X", "1e+150"),
            (".forecast(2)", "horizon", "2"),
            (".update(frame)", "X", "2020-01-01"),
            (".update(frame[['sales']])", "feature names", "price"),
            (".update(None)", "X", "None"),
            (".update(frame[:0])", "X", "(0, 2)"),
            (".score(frame, frame['sales'][:39])", "y", "39"),
            (".score(frame, sample_weight=np.ones(39))", "sample_weight", "39"),
            (".score(frame, sample_weight=-np.ones(40))", "sample_weight", "Negative"),
            (".score(frame, np.ones((40, 3)))", "y", "3"),
            (".score(frame * nan)", "X", "no known value"),
            (".score(frame, frame * nan)", "y", "2 columns"),
            (".score(frame, frame['sales'] * nan)", "y", "no known value"),
        ]
        for name in (
            "RNNForecaster(target='sales')",
            "WindowForecaster(target='sales')",
        )
    },
    "NaiveForecaster().fit(series)": [
        *fill(".predict_interval(series, {})", COVERAGES),
        *fill(".forecast_interval(coverage={})", COVERAGES),
        (".forecast_interval(coverage=0.95)", "coverage", "0.888 at most"),
        (".forecast_interval(0)", "horizon", "0"),
        (".forecast_interval('3')", "horizon", "'3'"),
        (".predict_interval(frame)", "X", "2 features"),
        (".predict(frame)", "X", "2 features"),
        (".forecast(0)", "horizon", "0"),
        (".update(series[10:])", "X", "2020-11-01"),
        (".score(series, series[:39])", "y", "39"),
    ],
    "RNNForecaster().fit(series)": [
        (".predict_interval(series)", "calibrate", "'auto'"),
        (".forecast_interval()", "calibrate", "'auto'"),
        (".partial_fit(frame)", "X", "2 features"),
        (".partial_fit(series[5:])", "X", "2020-06-01"),
        (".partial_fit(series.shift(60, freq='MS'), walk[::-1])", "y", "columns of X"),
        (
            ".partial_fit(series.shift(60, freq='MS'), sample_weight=-np.ones(40))",
            "sample_weight",
            "Negative",
        ),
        (".partial_fit(None)", "X", "None"),
    ],
    "SeriesSplit": [
        ("(n_splits=0)", "n_splits", "0"),
        ("(test_size=2.5)", "test_size", "2.5"),
        ("(gap=-1)", "gap", "-1"),
    ],
    "SeriesSplit()": [
        (".split(walk[:0]).__next__()", "X", "spans 0"),
        (".split(walk[:4]).__next__()", "SeriesSplit", "4"),
        (".split(series[::-1]).__next__()", "X", "2023-04-01"),
    ],
    "SeriesSplit(series='shop')": [
        (".split(frame).__next__()", "series", "'shop'"),
        (".split(walk).__next__()", "series", "'shop'"),
    ],
    "InnerForecaster": [
        ("(3)", "model", "3"),
        ("(LinearRegression())", "model", "LinearRegression"),
        ("(GridSearchCV(NaiveForecaster(), {}, refit=False).fit(walk))", "refit", "False"),
        ("(make_pipeline(StandardScaler()))", "model", "StandardScaler"),
        ("(NaiveForecaster()).forecast()", "NaiveForecaster", "not fitted"),
        (
            "(make_pipeline(Binarizer(), NaiveForecaster()).fit(frame)).forecast()",
            "Binarizer",
            "inverse_transform",
        ),
        ("(NaiveForecaster().fit(walk)).forecast(0)", "horizon", "0"),
    ],
    "backtest": [
        ("(3, walk)", "forecaster", "3"),
        ("(LinearRegression(), walk)", "forecaster", "LinearRegression"),
        ("(NaiveForecaster(), None)", "X", "None"),
        ("(NaiveForecaster(), frame[:0])", "X", "(0, 2)"),
        ("(NaiveForecaster(), walk, walk[:39])", "y", "39"),
        ("(NaiveForecaster(), memoryview(walk))", "X", "memoryview"),
        ("(NaiveForecaster(), [*walk, 10**400])", "X", "too large"),
        ("(NaiveForecaster(), walk, refit='never')", "refit", "'never'"),
        ("(NaiveForecaster(), walk, refit=0)", "refit", "0"),
        ("(NaiveForecaster(), walk, coverage=90)", "coverage", "90"),
        ("(NaiveForecaster(), walk, coverage=0.99)", "coverage", "0.99"),
        ("(WindowForecaster(), walk, coverage=0.9)", "calibrate", "False"),
        ("(NaiveForecaster(), walk, cv='days')", "cv", "days"),
        ("(NaiveForecaster(), walk, cv=0)", "n_splits", "0"),
        ("(NaiveForecaster(), walk, cv=SeriesSplit(2, gap=3))", "cv", "leaves out rows"),
        ("(NaiveForecaster(), walk, cv=[])", "cv", "[]"),
        ("(NaiveForecaster(), walk, cv=[([], [3, 4])])", "cv", "no training rows"),
        ("(NaiveForecaster(), walk, cv=[([3, 4], [])])", "cv", "no test rows"),
        ("(NaiveForecaster(), walk, cv=[(range(20), range(10, 13))])", "cv", "that of 10"),
        ("(NaiveForecaster(), series, cv=KFold(4))", "cv", "2020-01-01"),
        ("(NaiveForecaster(series='shop'), frame)", "series", "'shop'"),
    ],
    "BacktestDisplay": [
        (".from_table(None)", "table", "None"),
        (".from_table(frame)", "table", "(40, 2)"),
        (".from_table(frame.set_axis(['fold', 'fold'], axis=1))", "table", "(40, 2)"),
        (".from_table(backtest(NaiveForecaster(), walk).assign(step='a'))", "table", "'a'"),
        (".from_table(backtest(NaiveForecaster(), walk)[:0])", "table", "(0, 6)"),
        (".from_table(backtest(NaiveForecaster(), walk), kind='bar')", "kind", "'bar'"),
        (".from_table(backtest(NaiveForecaster(), walk), series='a')", "series", "'a'"),
        (".from_table(backtest(NaiveForecaster(), walk), ax=3)", "ax", "3"),
        (".from_table(backtest(NaiveForecaster(), walk), line_kw='red')", "line_kw", "'red'"),
        (".from_forecaster(3, walk)", "forecaster", "3"),
    ],
    "compare": [
        ("(None, X, y)", "estimators", "None"),
        ("(RNNRegressor(), X, y)", "estimators", "RNNRegressor"),
        ("([], X, y)", "estimators", "[]"),
        ("([NaiveForecaster], X, y)", "estimators", "class NaiveForecaster"),
        ("([3], X, y)", "estimators", "3 (int)"),
        ("({3: RNNRegressor()}, X, y)", "estimators", "3 (int)"),
        ("([RNNRegressor()], X, y[:5])", "y", "5"),
        ("([RNNRegressor()], 3, y)", "X", "3"),
        ("([RNNRegressor()], X, y, cv=0)", "cv", "0"),
        ("([RNNRegressor()], X, y, cv='days')", "cv", "'days'"),
        ("([RNNRegressor()], X, y, cv=[])", "cv", "[]"),
        ("([RNNRegressor()], X, y, scoring='best')", "scoring", "'best'"),
        ("([RNNRegressor()], X, y, scoring=[])", "scoring", "[]"),
        ("([NaiveForecaster()], walk, scoring='best')", "scoring", "'best'"),
        ("([NaiveForecaster()], walk, scoring=3)", "scoring", "3"),
        ("([KFold()], X, y)", "estimators", "KFold"),
        ("([RNNRegressor()], X, y, error_score='nan')", "error_score", "'nan'"),
        ("([RNNRegressor()], X, y, params=3)", "params", "3"),
        ("([RNNRegressor(epochs=0)], X, y)", "epochs", "0"),
    ],
    "ComparisonDisplay": [
        (".from_comparison(None)", "table", "None"),
        (".from_comparison(frame)", "table", "(40, 2)"),
        (".from_comparison(compare([NaiveForecaster()], walk).table[:0])", "table", "(0, 5)"),
        (".from_comparison(compare([NaiveForecaster()], walk), columns=3)", "columns", "3"),
        (".from_comparison(compare([NaiveForecaster()], walk), ax=3)", "ax", "2 Axes"),
        (".from_comparison(compare([NaiveForecaster()], walk), point_kw=3)", "point_kw", "3"),
        (".from_comparison(compare([NaiveForecaster()], walk), mean_kw=3)", "mean_kw", "3"),
        (".from_estimators([], walk)", "estimators", "[]"),
    ],
    "TrainingHistoryDisplay": [
        (".from_history(None)", "history", "None"),
        (".from_history({})", "history", "{}"),
        (".from_history([0.5])", "history", "[0.5]"),
        (".from_history({'loss': 3})", "history", "3"),
        (".from_history({'loss': []})", "history", "0"),
        (".from_history({'loss': [(), ()]})", "history", "[(), ()]"),
        (".from_history({'loss': ['a']})", "history", "'a'"),
        (".from_history({'loss': [1], 'val_loss': [1, 2]})", "history", "2"),
        (".from_history({3: [1]})", "history", "3"),
        (".from_history({'loss': [1]}, metrics='mae')", "metrics", "mae"),
        (".from_history({'loss': [1]}, metrics=3)", "metrics", "3"),
        (".from_history({'loss': [1]}, metrics=[])", "metrics", "[]"),
        (".from_history({'loss': [1]}, best_epoch=2)", "best_epoch", "2"),
        (".from_history({'loss': [1]}, best_epoch='last')", "best_epoch", "'last'"),
        (".from_history({'loss': [1]}, ax=3)", "ax", "3"),
        (".from_history({'loss': [1]}, ax=[None, None])", "ax", "2"),
        (".from_history({'loss': [1]}, line_kw='red')", "line_kw", "'red'"),
        (".from_history({'loss': [1]}, best_kw=3)", "best_kw", "3"),
        (".from_estimator(RNNRegressor())", "RNNRegressor", "not fitted"),
        (".from_estimator(LinearRegression().fit(X, y))", "estimator", "LinearRegression"),
        (".from_estimator(3)", "estimator", "3"),
    ],
    "LiveHistory": [("(-1)", "interval", "-1"), ("('often')", "interval", "'often'")],
    "NetworkDisplay": [
        (".from_estimator(RNNRegressor().fit(X, y), ax=3)", "ax", "3"),
        (".from_estimator(RNNRegressor().fit(X, y), box_kw=3)", "box_kw", "3"),
        (".from_estimator(RNNRegressor().fit(X, y), text_kw='red')", "text_kw", "'red'"),
        (".from_estimator(NumpyRNNClassifier().fit(X, labels))", "estimator", "NumpyRNN"),
        (".from_model(3)", "model", "3"),
        ("(frame).plot()", "layers", "(40, 2)"),
    ],
    "SequenceLengthDisplay": [
        (".from_texts('not good')", "X", "'not good'"),
        (".from_texts([])", "X", "0 texts"),
        (".from_texts([3])", "X", "3"),
        (".from_texts(ids)", "X", "(8, 5)"),
        (".from_texts(texts, tokenizer=3)", "tokenizer", "3"),
        (".from_texts(texts, tokenizer=SequenceTokenizer)", "tokenizer", "SequenceTokenizer"),
        (".from_texts(texts, tokenizer=CountVectorizer())", "tokenizer", "CountVectorizer"),
        (".from_texts(texts, tokenizer=SequenceTokenizer(maxlen=0))", "maxlen", "0"),
        (".from_texts(texts, maxlen=0)", "maxlen", "0"),
        (".from_texts(texts, maxlen=2.5)", "maxlen", "2.5"),
        (".from_texts(texts, ax=3)", "ax", "3"),
        (".from_sequences(None)", "X", "None"),
        (".from_sequences([])", "X", "[]"),
        (".from_sequences(3)", "X", "3"),
        (".from_sequences(texts)", "X", "'not good'"),
        (".from_sequences([4, 5, 6])", "X", "4"),
        (".from_sequences([[1, 2], None])", "X", "None"),
        (".from_sequences([[1, 2], ['a']])", "X", "'a'"),
        (".from_sequences(np.ones((2, 3, 4, 5)))", "X", "(2, 3, 4, 5)"),
        (".from_sequences(csr_array(ids))", "X", "csr_array"),
        (".from_sequences(ids, maxlen='all')", "maxlen", "'all'"),
        (".from_sequences(ids, bar_kw='red')", "bar_kw", "'red'"),
        (".from_sequences(ids, line_kw=3)", "line_kw", "3"),
        (".from_estimator(SequenceTokenizer(), texts)", "SequenceTokenizer", "not fitted"),
        (".from_estimator(RNNTextClassifier(), texts)", "RNNTextClassifier", "not fitted"),
        (".from_estimator(LinearRegression().fit(X, y), texts)", "estimator", "LinearRegression"),
        (".from_estimator(3, texts)", "estimator", "3"),
        (".from_estimator(SequenceTokenizer().fit(texts), ids)", "X", "(8, 5)"),
        ("(None).plot()", "lengths", "None"),
        ("([]).plot()", "lengths", "[]"),
        ("([1, -2]).plot()", "lengths", "-2"),
        ("([1, 2.5]).plot()", "lengths", "2.5"),
        ("([1, nan]).plot()", "lengths", "nan"),
        ("([[1, 2]]).plot()", "lengths", "(1, 2)"),
        ("(['a']).plot()", "lengths", "'a'"),
    ],
    "TokenWeightDisplay": [
        ("(3).plot()", "table", "3"),
        ("(frame).plot()", "table", "DataFrame"),
        (".from_estimator(3, 'good')", "estimator", "3"),
        (".from_estimator(LinearRegression().fit(X, y), 'good')", "estimator", "LinearRegression"),
        (".from_estimator(RNNTextClassifier(), 'good')", "RNNTextClassifier", "not fitted"),
        (".from_estimator(RNNTextClassifier(), 3)", "text", "3"),
    ],
    "ForecastDisplay": [
        (".from_predictions(walk, walk[:39])", "y_pred", "39"),
        (".from_predictions(walk, None)", "y_pred", "None"),
        (".from_predictions(walk, 5)", "y_pred", "5"),
        (".from_predictions(walk, np.ones((40, 2, 2)))", "y_pred", "(40, 2, 2)"),
        (".from_predictions(walk, walk.astype(str).tolist() + ['a'])", "y_pred", "'a'"),
        (".from_predictions(None, walk, kind='error')", "y_true", "None"),
        (".from_predictions([], [])", "y_pred", "(0,)"),
        (".from_predictions(walk, {})", "y_pred", "{}"),
        (".from_predictions(walk, {'a': walk, 'b': walk[:39]})", "y_pred['b']", "39"),
        (".from_predictions(columns, walk)", "y_true", "(40, 2)"),
        (".from_predictions(['a'] * 40, walk)", "y_true", "'a'"),
        (".from_predictions(walk, walk, kind='area')", "kind", "'area'"),
        (".from_predictions(walk, walk, kind=3)", "kind", "3"),
        (".from_predictions(walk, walk, step=1)", "step", "1"),
        (".from_predictions(walk, walk, step='a')", "step", "'a'"),
        (".from_predictions(walk, walk, y_interval=walk)", "y_interval", "(40,)"),
        (".from_predictions(walk, walk, y_interval=columns[:39])", "y_interval", "39"),
        (".from_predictions(walk, walk, y_interval=np.ones((40, 3)))", "y_interval", "(40, 3)"),
        (".from_predictions(walk, {'a': walk}, y_interval=columns)", "y_interval", "ndarray"),
        (".from_predictions(walk, {'a': walk}, y_interval={'b': columns})", "y_interval", "'b'"),
        (".from_predictions(walk, walk, band_kw='red')", "band_kw", "'red'"),
        (".from_predictions(walk, walk, history=['a'])", "history", "'a'"),
        (".from_predictions(walk, walk, history=columns)", "history", "(40, 2)"),
        (".from_predictions(series, series.values, history=walk)", "history", "ndarray"),
        (".from_predictions(series, series.shift(1, freq='MS'))", "y_pred", "2020-02-01"),
        (".from_predictions(walk, walk, ax=3)", "ax", "3"),
        (".from_predictions(walk, walk, line_kw='red')", "line_kw", "'red'"),
        (".from_predictions(walk, walk, kind='bar', bar_kw='red')", "bar_kw", "'red'"),
        (".from_estimator(NaiveForecaster().fit(walk), walk, coverage=90)", "coverage", "90"),
        (".from_estimator(NaiveForecaster(), walk)", "NaiveForecaster", "not fitted"),
        (".from_estimator(NaiveForecaster().fit(frame), frame)", "y", "(40, 2)"),
        (".from_estimator(3, walk)", "estimator", "3"),
        (".from_estimator(NaiveForecaster().fit(walk), None)", "X", "None"),
    ],
    "register_cell": [
        ("('lstm', 'keras.layers:GRU')", "name", "'lstm'"),
        ("(3, 'keras.layers:GRU')", "name", "3"),
        ("('', 'keras.layers:GRU')", "name", "''"),
        ("(' ', 'keras.layers:GRU')", "name", "' '"),
        ("(':', 'keras.layers:GRU')", "name", "':'"),
        ("('a:b:c', 'keras.layers:GRU')", "name", "'a:b:c'"),
        ("('mine', 3)", "cell", "3"),
        ("('mine', None)", "cell", "None"),
        ("('mine', 'keras.layers.GRU')", "cell", "'keras.layers.GRU'"),
        ("('mine', 'keras:layers:GRU')", "cell", "'keras:layers:GRU'"),
    ],
    "load_wordpiece_vectors": [
        ("('nowhere')", "folder", "'nowhere'"),
        ("(Path('nowhere'))", "folder", "nowhere"),
        ("(3)", "folder", "3"),
        ("('nowhere', scale=0)", "scale", "0"),
        ("('nowhere', scale='raw')", "scale", "'raw'"),
        ("('nowhere', scale=float('inf'))", "scale", "inf"),
    ],
    "save": [
        ("(3, 'nowhere.skops')", "estimator", "3"),
        ("(None, 'nowhere.skops')", "estimator", "None"),
        ("(Ridge, 'nowhere.skops')", "estimator", "Ridge"),
        ("(RNNRegressor(), 3)", "path", "3"),
        ("(RNNRegressor(), '')", "path", "''"),
        ("(RNNRegressor(), 'nowhere/model.skops')", "path", "'nowhere/model.skops'"),
        ("(RNNRegressor(), Path('.'))", "path", "'.'"),
        ("(RNNRegressor(loss=lambda y, z: 0), 'nowhere.skops')", "loss", "lambda"),
        (
            "(FunctionTransformer(kw_args={'a': iter([])}), 'nowhere.skops')",
            "kw_args['a']",
            "iter",
        ),
    ],
    "Chunks": [
        ("('nowhere')", "path", "'nowhere'"),
        ("('examples')", "Chunks", "'examples'"),
        ("(3)", "Chunks", "3"),
        ("(None)", "Chunks", "None"),
        ("([])", "parts", "[]"),
        ("(iter([[1.0]]))", "Chunks", "list_iterator"),
        ("(np.ones((2, 2)))", "Chunks", "ndarray"),
    ],
    "load": [
        ("('nowhere.skops')", "path", "'nowhere.skops'"),
        ("(Path('nowhere.skops'))", "path", "'nowhere.skops'"),
        ("('.')", "path", "'.'"),
        ("(3)", "path", "3"),
        ("(None)", "path", "None"),
        ("('nowhere.skops', trusted='my_package.Cell')", "trusted", "'my_package.Cell'"),
        ("('nowhere.skops', trusted=True)", "trusted", "True"),
        ("('nowhere.skops', trusted=[3])", "trusted", "[3]"),
    ],
    "register_network": [
        ("(3, 'my_package:build')", "name", "3"),
        ("('', 'my_package:build')", "name", "''"),
        ("('mine', 3)", "network", "3"),
        ("('mine', 'build')", "network", "'build'"),
    ],
    "fit_with_cell": [
        ("('keras.layers:StackedRNNCells', dropout=0.5)", "dropout", "0.5"),
        ("('keras.layers:Dense')", "cell", "Dense"),
        ("('keras.layers:nothing')", "cell", "nothing"),
        ("('nowhere:Cell')", "cell", "nowhere"),
        ("(dict)", "cell", "dict"),
        ("(make_cell_without_config(), bidirectional=True)", "cell", "get_config"),
    ],
}

# What the classifier in NumPy is given, it takes or refuses as the one of Keras does.
for shared in (
    "RNNClassifier()",
    "RNNClassifier(early_stopping=True)",
    "RNNClassifier(embedding='learned')",
    "RNNClassifier(embedding='learned').fit(ids, labels)",
    "RNNClassifier().fit(X, labels)",
    "RNNClassifier().fit(X, flags)",
    "RNNClassifier(warm_start=True).fit(X, labels)",
    "RNNClassifier(warm_start=True).fit(X, labels).set_params(embedding='learned')",
):
    CALLS["Numpy" + shared.replace("learned", "onehot")] = [
        (call, names.replace("RNN", "NumpyRNN"), given.replace("learned", "onehot"))
        for call, names, given in CALLS[shared]
    ]
CALLS["NumpyRNNClassifier()"] += [
    (".coefs_", "NumpyRNNClassifier", "not fitted"),
    (".intercepts_", "NumpyRNNClassifier", "not fitted"),
]
CALLS["NumpyRNNClassifier"] = [("(unit=3)", "unit", "unit"), ("(3)", "positional", "2")]
CALLS["NumpyRNNClassifier(warm_start=True).fit(X, labels).set_params(units=3)"] = [
    (".fit(X, labels)", "units", "3"),
    (".partial_fit(X, labels)", "units", "3"),
]


def list_cases():
    """List all cases, those of parameters first."""
    cases = []
    for pattern, words in WORDS.items():
        made, dot, method = pattern.partition(").")
        for word in words:
            word, given = word if isinstance(word, tuple) else (word, None)
            name, _, value = word.partition("=")
            given = given or value.removesuffix("()")
            if dot:
                cases.append(Case(f"{made.format(word)})", f".{method}", name, given))
            else:
                function = made.removesuffix("({})")
                cases.append(Case(function, f"({word})", name, given))
    cases += [Case(made, *call) for made, calls in CALLS.items() for call in calls]
    return cases


CASES = list_cases()
