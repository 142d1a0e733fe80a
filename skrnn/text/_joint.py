"""A network and a linear classifier of texts, trained beside each other and joined."""

import numpy as np

from .._errors import explain_errors
from .._interrupts import Interrupt, warn_of_interrupt
from .._state import freeze
from ..sequence._base import ENOUGH_TO_SET_ASIDE, stops_early
from ..sequence._classifier import RNNClassifier
from ..sequence._split import split_rows
from ..training import load_engine
from ._held_out import TextData, cut_folds
from ._joining import PARTS, USUAL, join, learn_weights, measure_chance, read_logits
from ._linear import make_linear, score_texts
from ._texts import check_texts

N_TRIALS = 3  # networks, trained to tell how much one counts where texts are few
BELOW_CHANCE = 0.97  # of the validation loss that chance has


class BaseJointClassifier(RNNClassifier):
    """A classifier of texts that may have a linear part.

    A subclass has the parameter ``linear``, and a ``tokenizer_`` once it has checked its texts.
    """

    def _check_data(self, X, y, sample_weight, **how):
        return TextData(check_texts(X), super()._check_data(X, y, sample_weight, **how))

    def _check_validation(self, X_val, y_val):
        data = super()._check_validation(X_val, y_val)
        return TextData(check_texts(X_val), data)

    def _set_aside(self, data, y, X_val, y_val):
        if self.linear and X_val is None and y_val is None:
            return data, None  # what is held out from whom is said by _hold_out
        return super()._set_aside(data, y, X_val, y_val)

    def _train(self, training, validation=None, *, epochs=None, **how):
        if epochs is not None:  # partial_fit leaves the linear part as it is
            return super()._train(training, validation, epochs=epochs, **how)
        for name in ("linear_", "weights_"):
            vars(self).pop(name, None)
        if not self.linear:
            return super()._train(training, validation, **how)
        parts = self._hold_out(training, validation)
        if self._is_tried(training, validation):
            is_interrupted = super()._train(training, **how)
            networks = [] if is_interrupted else self._try(training, parts)
        else:
            stops = validation is not None or stops_early(self, len(training))
            fed = [(rest, held_out if stops else None) for rest, held_out in parts]
            is_interrupted = super()._train(training, validation, parts=fed, **how)
            networks = self._networks
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
        labels = None if self._head == "multilabel" else self._list_labels(training)
        if self.n_networks > 1:
            return cut_folds(training, labels, self.n_networks, self._seed)
        if self._is_tried(training, validation):
            return cut_folds(training, labels, N_TRIALS, self._seed)
        wanted = f"validation_fraction must divide {len(training)} sequences in two"
        with explain_errors(wanted, self.validation_fraction):
            rows = split_rows(training.rows, labels, self.validation_fraction, self._seed)
        return [tuple(map(training.select, rows))]

    def _try(self, training, parts):
        """Give networks that are each trained without one part, fewer if Ctrl-C ends that."""
        trial = freeze(self)
        trial.linear, trial.n_networks = False, len(parts)
        trial.callbacks, trial.checkpoint, trial.verbose = None, None, 0
        trial._seeds = [self._seed] * len(parts)
        try:
            is_interrupted = trial._train(training, parts=[(rest, None) for rest, _ in parts])
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

    def _fit_linear(self, training, validation, parts, networks):
        """Learn how much network and linear part count; fit the latter to all texts.

        Each of the networks was trained without the second of the part at its place.
        """
        linear = make_linear(self.tokenizer_, self._seed)
        reading, classifier = linear[:-1], linear[-1]
        features = reading.fit_transform(training.list_texts())
        if validation is not None:
            self._fit_classifier(classifier, training, features)
            held_out = validation, reading.transform(validation.list_texts())
            seen = [self._judge(networks, classifier, *held_out)]
        else:
            seen = []
            for network, (rest, held_out) in zip(networks, parts, strict=False):
                rows, held_rows = (
                    np.searchsorted(training.rows, data.rows) for data in (rest, held_out)
                )
                self._fit_classifier(classifier, rest, features[rows])
                if len(held_out):
                    seen.append(self._judge([network], classifier, held_out, features[held_rows]))
            self._fit_classifier(classifier, training, features)
        weights = USUAL
        if seen:
            outputs, scores, targets, sizes = map(np.concatenate, zip(*seen, strict=True))
            weights = learn_weights(np.stack([outputs, scores]), targets, self._head, sizes)
        self.linear_, self.weights_ = linear, dict(zip(PARTS, weights.tolist(), strict=True))

    def _fit_classifier(self, classifier, data, features):
        classifier.fit(features, self._list_labels(data), data.list_weights(), self.classes_)

    def _judge(self, networks, classifier, held_out, features):
        """Give logits of networks and classifier for texts, with targets and weights."""
        panel = held_out.panel.select(held_out.rows)
        description = self._describe_prediction(has_missing=True)
        outputs = load_engine().predict_with(description, networks, panel, self.batch_size)
        scores = classifier.decision_function(features).reshape(outputs.shape)
        outputs = read_logits(outputs, self._head)
        return outputs, scores, self._list_targets(held_out), held_out.list_weights()

    def _predict_outputs(self, X):
        outputs = super()._predict_outputs(X)
        if not hasattr(self, "linear_"):
            return outputs
        scores = score_texts(self.linear_, check_texts(X)).reshape(outputs.shape)
        logits = np.stack([read_logits(outputs, self._head), scores])
        weights = [self.weights_[part] for part in PARTS]
        return join(logits, weights, self._head).astype(np.float32)

    def _list_labels(self, data):
        """Give the labels of training data, as y has them."""
        y = data.y[data.rows]
        if self._head == "multilabel":
            return y.astype(int)
        codes = y.argmax(axis=1) if self._head == "multiclass" and y.ndim == 2 else y.ravel()
        return self.classes_[codes.astype(int)]

    def _list_targets(self, data):
        """Give 0 and 1 for each output."""
        labels = self._list_labels(data)
        targets = labels if self._head == "multilabel" else labels[:, None] == self.classes_
        return targets[:, -self._n_outputs :].astype(float)
