"""A network and a linear model of texts, trained beside each other and joined."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from .._chunks import Chunks, refuse_beside
from .._errors import explain_errors
from .._interrupts import Interrupt, warn_of_interrupt
from .._memory import memory
from .._progress import in_stage
from .._state import freeze, read_once
from ..sequence._base import ENOUGH_TO_SET_ASIDE, stops_early
from ..sequence._split import split_rows
from ..training import load_engine
from ._base import BaseTextRNN
from ._explain import explain_texts
from ._held_out import TextData, cut_folds
from ._joining import PARTS, USUAL, join, learn_weights, measure_chance, read_logits
from ._linear import fit_linear, make_reader, make_table_reader, score_linearly
from ._streamed import StreamedTexts, TextParts
from ._survey import Survey

TEXT_WORDS = {
    "embedding": """
        {"learned", "onehot"}, path, mapping, gensim.models.KeyedVectors or tuple \
(words, matrix), default={default}
        How token ids enter the network. "learned" vectors (Bengio et al., 2003), "onehot" vectors
        made inside the network, or vectors to begin with, those of tokens that it lacks being
        drawn at random; see Notes.""",
    "text": """
        str, int, list of these or None, default={default}
        The columns of texts, by name or number, where X is a table: a dataframe or an array. Its
        other columns, of numbers and labels, then enter the network and the linear part, too.
        None: X holds texts alone.""",
    "tokenizer": """
        transformer, default=SequenceTokenizer()
        Turns texts into token ids (n, maxlen), 0 being padding. Its parameters tune as
        ``tokenizer__maxlen`` and so on. Where ``embedding`` gives vectors, it, or a step of it
        if it is a pipeline, must have a ``vocabulary_``. A :class:`SequenceTokenizer` also says
        what words the linear part reads; for other transformers, and where tokens are characters
        or parts of words, it reads what a ``SequenceTokenizer()`` cuts a text to.""",
    "linear": """
        bool, default={default}
        Join the network with a linear model. Then early stopping does not begin to count epochs
        before the validation loss is 3 % below that of chance (unless ``loss`` is given), and
        texts are held out to tell how much each of the two counts: see Notes. False trains the
        network alone.""",
}
N_TRIALS = 3  # networks, trained to tell how much one counts where texts are few
SAMPLE_SIZE = 20_000  # texts of those in parts that stay in memory
ADVICE = (
    "Targets come with the parts, as tuples (X, y) or by Chunks(..., y=...), and weights cannot."
)
BELOW_CHANCE = 0.97  # of the validation loss that chance has


@dataclass(kw_only=True, eq=False, repr=False)
class BaseJointRNN(BaseTextRNN):
    """A network of texts that may have a linear part.

    A subclass makes the linear model in ``_make_model``, and says what it learns in
    ``_list_answers``, and what the targets are of which it gives the logits, or which it
    predicts, in ``_list_targets`` and ``_list_strata``. What there is to know of targets in
    parts, ``_make_summary`` makes note of and ``_take_summary`` learns.
    """

    linear: bool = True

    _parameter_constraints = BaseTextRNN._parameter_constraints | {"linear": ["boolean"]}

    def fit(
        self,
        X: ArrayLike | Chunks,
        y: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
        X_val: ArrayLike | None = None,
        y_val: ArrayLike | None = None,
    ) -> Self:
        """Train the network, and the linear part.

        Parameters
        ----------
        X : array-like of str of shape (n,), table or Chunks
            The texts. Those of :class:`Chunks` are read part by part: see Notes.
        y : array-like of shape (n,) or (n, n_outputs), default=None
            Targets; None beside ``Chunks``, whose parts hold them.
        sample_weight : array-like of shape (n,), default=None
            Weight of each text in the loss; None beside ``Chunks``.
        X_val, y_val : array-like, default=None
            Validation data. Its loss and metrics are recorded after each epoch, and it takes
            the place of ``validation_fraction`` in ``early_stopping``.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If the data do not fit the parameters or each other, or if the loss stops being a
            finite number. The estimator is then as it was before.

        Notes
        -----
        ``Chunks`` of 20,000 texts or fewer are read at once. Of more, a pass over all parts
        checks them against each other and learns what y holds, and two more the vocabulary of a
        :class:`SequenceTokenizer`. Then every epoch goes over the parts, in random order where
        the source allows for it, in batches of texts that are shuffled among 20,000 or those of
        one part. 20,000 texts drawn at random stay in memory: from them the linear part learns,
        other columns than texts and other tokenizers, and of them a part is set aside for
        ``early_stopping`` and ``weights_``.
        """
        return super().fit(X, y, sample_weight, X_val, y_val)  # type: ignore[arg-type]

    @read_once
    def explain(self, X: ArrayLike) -> pd.DataFrame:
        """Tell what each token adds to the logits of texts, or to the numbers predicted.

        Parameters
        ----------
        X : array-like of str of shape (n,), or table
            The texts, as in ``fit``.

        Returns
        -------
        pandas.DataFrame
            A row for each token of each text and class (of two classes, for the second), or
            number predicted, with the columns

            - "text", "place" and "token": the row of X, the place in the text from 0 on, and the
              token as the tokenizer cuts it;
            - "column", with ``text``: of the table, to which the token belongs. Each of the other
              columns has a row as well, whose token is such as "price=3";
            - "class": one of ``classes_``; of a regressor "output": the numbers from 0 on;
            - "network", "linear" and "total": what the token adds by the network, by the linear
              classifier (0 without one), and by both.

            A row of place -1 and token "" comes before those of a text and class: what is
            predicted without the tokens, where other columns hold what is usual: the mean of
            numbers, and none of the labels. Together, the rows of a text and class sum to its
            logit: that is ``decision_function`` for two classes and for several labels; of
            several classes, a softmax of the sums gives ``predict_proba``. Those of a regressor
            sum to what it predicts.

        Raises
        ------
        TypeError
            If the tokenizer is not a :class:`SequenceTokenizer`, or a pipeline that ends with one.
        ValueError
            If a network of one's own has no layer named "embedding".

        See Also
        --------
        TokenWeightDisplay : Shows this for one text.

        Notes
        -----
        What the network puts out is followed while the vectors of the tokens, and what other
        columns hold, grow from zeros to what they are, in 64 steps; what a step changes is shared
        by integrated gradients [1]_. Sums are as exact as ``float32``, single tokens to about 1 %
        of the largest. Tokens that are unknown or cut off add nothing to it; the vectors of
        unknown ones stay.

        The coefficient of each feature of the linear classifier, times its value, is shared
        equally among the tokens that it lies in: words among all places where they stand, pairs
        among both words, parts among the words that have them. Where tokens are characters, what
        a word adds is shared among its characters.

        References
        ----------
        .. [1] Sundararajan, Taly and Yan (2017), Axiomatic attribution for deep networks, ICML.

        Examples
        --------
        >>> from skrnn import RNNTextClassifier
        >>> texts = ["good film", "a good end", "bad film", "a bad end"] * 10
        >>> labels = ["+", "+", "-", "-"] * 10
        >>> rnn = RNNTextClassifier(units=8, epochs=5, random_state=0).fit(texts, labels)
        >>> table = rnn.explain(["a bad film"])
        >>> table["token"].tolist()
        ['', 'a', 'bad', 'film']
        >>> table["token"][table["total"].abs().idxmax()]
        'bad'
        """
        check_is_fitted(self)
        return explain_texts(self, X)

    def _count_stages(self):
        """Count reading, training, trials and the linear part."""
        return 4 if self.linear else None

    def _check_data(self, X, y, sample_weight, *, go_on, reset_y=None):
        if isinstance(X, Chunks):
            refuse_beside(X, ADVICE, y=y, sample_weight=sample_weight)
            return self._check_chunks(X, go_on, reset_y)
        data = super()._check_data(X, y, sample_weight, go_on=go_on, reset_y=reset_y)
        return TextData(self._list_rows(X), data)

    def _check_chunks(self, chunks, go_on, reset_y):
        """Check texts that come in parts, and learn what is to be known before training."""
        self._check_words()
        rng = np.random.default_rng(self._seed)
        found = Survey(chunks, self.text, self._read_y, self._make_summary(), SAMPLE_SIZE, rng)
        sample = found.sample
        if found.is_whole:
            return self._check_data(sample.X, sample.y, None, go_on=go_on, reset_y=reset_y)
        reader = freeze(self)
        reader._take_summary(found.targets, learns=not go_on if reset_y is None else reset_y)
        if not go_on:
            reader._learned_tokenizer = self._learn_tokenizer(chunks)
        data = reader._check_data(sample.X, sample.y, None, go_on=go_on, reset_y=False)
        words = {name: vars(self)[name] for name in self.get_params(deep=False)}
        self.__dict__ = vars(reader) | words
        parts = TextParts(chunks, reader._read_part, found.sizes)
        n_rows = sum(found.sizes)
        if data.sample_weight is not None:  # there may be classes of weight 0
            n_rows = sum(np.count_nonzero(reader._weigh_part(y)) for _, y in chunks if len(y))
        return StreamedTexts(parts, data, (sample.parts, sample.places), n_rows)

    def _read_part(self, X, y):
        """Give panel, targets and weights of one part of texts."""
        panel, targets = self._check_X(X, reset=False), self._check_y(y, reset=False)
        return panel, targets, self._weigh_part(y)

    def _weigh_part(self, y):
        """Give the weights of the rows of a part; None where all weigh the same."""
        return None

    def _check_validation(self, X_val, y_val):
        data = super()._check_validation(X_val, y_val)
        return TextData(self._list_rows(X_val), data)

    def _get_strata(self, data, y):
        return self._list_strata(data)

    def _set_aside(self, data, y, X_val, y_val):
        if self.linear and X_val is None and y_val is None:
            return data, None  # what is held out from whom is said by _hold_out
        return super()._set_aside(data, y, X_val, y_val)

    def _train(self, training, validation=None, *, epochs=None, reporter=None, **how):
        how["reporter"] = reporter
        if epochs is not None:  # partial_fit leaves the linear part as it is
            return super()._train(training, validation, epochs=epochs, **how)
        for name in ("linear_", "weights_"):
            vars(self).pop(name, None)
        if not self.linear:
            return super()._train(training, validation, **how)
        parts, networks = self._hold_out(training, validation), []
        stops = validation is not None or stops_early(self, len(training))
        fed = [(rest, held_out if stops else None) for rest, held_out in parts]
        is_tried = self._is_tried(training, validation)
        with in_stage(reporter, "training", self.epochs * self.n_networks):
            words = how if is_tried else how | {"parts": fed}
            is_interrupted = super()._train(training, validation, **words)
        if not is_tried:
            networks = self._networks
        elif not is_interrupted:
            networks = self._try(training, parts, reporter)
        with in_stage(reporter, "linear part"):
            self._fit_linear(training, validation, parts, networks)
        return is_interrupted

    def _is_tried(self, training, validation):
        """Tell whether a network is trained on all texts, and others on trial without some."""
        n_texts = len(training)
        is_enough = n_texts >= ENOUGH_TO_SET_ASIDE or stops_early(self, n_texts)
        return validation is None and self.n_networks == 1 and not is_enough

    def _hold_out(self, training, validation):
        """Give what each network is trained on, and what is held out from it, in pairs."""
        if validation is not None:
            return [(training, validation)] * self.n_networks
        strata = self._list_strata(training)
        if self.n_networks > 1:
            return cut_folds(training, strata, self.n_networks, self._seed)
        if self._is_tried(training, validation):
            return cut_folds(training, strata, N_TRIALS, self._seed)
        wanted = f"validation_fraction must divide {len(training)} sequences in two"
        with explain_errors(wanted, self.validation_fraction):
            rows = split_rows(training.rows, strata, self.validation_fraction, self._seed)
        return [training.divide(*rows)]

    def _try(self, training, parts, reporter):
        """Give networks that are each trained without one part, fewer if Ctrl-C ends that."""
        trial = freeze(self)
        trial.linear, trial.n_networks = False, len(parts)
        trial.callbacks, trial.checkpoint, trial.verbose = None, None, 0
        trial._seeds = [self._seed] * len(parts)
        fed = [(rest, None) for rest, _ in parts]
        try:
            with in_stage(reporter, "trial", self.epochs * len(parts), is_trial=True):
                is_interrupted = trial._train(training, parts=fed, reporter=reporter)
        except Interrupt:
            warn_of_interrupt()
            return []
        return trial._networks[:-1] if is_interrupted else trial._networks

    def _measure_chance(self, training, validation):
        if not self.linear or self.loss is not None or validation is None:
            return None
        targets = [self._list_targets(data) for data in (training, validation)]
        weights = [data.list_weights() for data in (training, validation)]
        return BELOW_CHANCE * measure_chance(*targets, *weights, self._head)

    def _make_linear(self):
        """Make the linear part, not fitted."""
        if self._text_columns is None:
            return Pipeline([*make_reader(self.tokenizer_), self._make_model(0)])
        encoder = getattr(self, "columns_", None)
        columns = self._text_columns, self._other_columns, encoder
        n_plain = 0 if encoder is None else encoder.n_features_out_
        reader = make_table_reader(self.tokenizer_, *columns)
        return Pipeline([("features", reader), self._make_model(n_plain)])

    def _fit_linear(self, training, validation, parts, networks):
        """Learn how much network and linear part count; fit the latter to all texts.

        Each of the networks was trained without the second of the part at its place.
        """
        if validation is None:
            parts, held_texts = parts[: len(networks)], None
            judged = [([network], parts[i][1]) for i, network in enumerate(networks)]
        else:
            parts, held_texts, judged = [], validation.list_texts(), [(networks, validation)]
        rows = [[np.searchsorted(training.rows, d.rows) for d in part] for part in parts]
        answers, words = self._list_answers(training)
        given = training.list_texts(), answers, training.list_weights(), words, rows, held_texts
        linear, scores = memory.recall(fit_linear, self._make_linear(), *given)
        seen = [self._judge(*of, s) for of, s in zip(judged, scores, strict=True) if len(s)]
        weights = USUAL
        if seen:
            outputs, scores, targets, sizes = map(np.concatenate, zip(*seen, strict=True))
            weights = learn_weights(np.stack([outputs, scores]), targets, self._head, sizes)
        self.linear_: Pipeline = linear
        self.weights_: dict[str, float] = dict(zip(PARTS, weights.tolist(), strict=True))

    def _judge(self, networks, held_out, scores):
        """Give logits of networks and of a linear model, with targets and weights of the texts."""
        panel = held_out.panel.select(held_out.rows)
        description = self._describe_prediction(has_missing=True)
        outputs = load_engine().predict_with(description, networks, panel, self.batch_size)
        outputs, scores = read_logits(outputs, self._head), self._read_scores(scores)
        return outputs, scores, self._list_targets(held_out), held_out.list_weights()

    def _read_scores(self, scores):
        """Give what the linear model says of texts as the network does, (n, n_outputs)."""
        return scores.reshape(len(scores), -1)

    def _weigh_parts(self, network, linear):
        """Give what parts of texts add to logits, by the network and by the linear part.

        Parameters
        ----------
        network, linear : list of ndarray of shape (n_parts, n_outputs)
            What they add to those of each.

        Returns
        -------
        dict of list of ndarray
        """
        weights = getattr(self, "weights_", dict.fromkeys(PARTS, 1.0))
        parts = dict(zip(PARTS, (network, linear), strict=True))
        return {name: [weights[name] * part for part in parts[name]] for name in PARTS}

    def _predict_outputs(self, X):
        outputs = super()._predict_outputs(X)
        if not hasattr(self, "linear_"):
            return outputs
        scores = self._read_scores(score_linearly(self.linear_, self._list_rows(X)))
        logits = np.stack([read_logits(outputs, self._head), scores])
        weights = [self.weights_[part] for part in PARTS]
        return join(logits, weights, self._head).astype(np.float32)
