"""Series forecast by a network and a linear part: what is settled, trained, and run."""

import copy
from dataclasses import fields
from functools import partial

import numpy as np

from .._progress import in_stage
from .._sequences import pack_missing
from ..network._known import Known
from ..sequence._base import stops_early
from ..sequence._base_rnn import NetworkWords
from ..sequence._regressor import RNNRegressor
from ..training import load_engine
from ._adjustment import Adjustment
from ._ahead import join_rows
from ._aims import Quantiles, make_aim
from ._base import BaseForecaster
from ._choice import (
    ENOUGH_SERIES,
    ReadingChooser,
    count_held_out,
    count_least,
    fit_start,
    list_scalings,
    thin_out,
)
from ._conformal_quantiles import QuantileIntervals
from ._effects import Effects
from ._levels import fill_gaps
from ._network_share import MANY_ROWS, SHARES, choose_share, cut_back, forecast_fold
from ._pairs import (
    READ,
    SequenceData,
    SeriesPairs,
    count_inputs,
    count_step_inputs,
    make_training_data,
    narrow,
)
from ._panels import read_sequences
from ._recursion import cut_history, repeat_rounds
from ._series import check_signs
from ._trials import Trial, go_back
from ._validation import set_rows_aside, set_windows_aside

RATES = 0.003, 0.01  # of learning: from the past of few series, and from more
FEWEST_UPDATES, MOST_UPDATES = 100, 600
ROWS_AN_UPDATE = 40
LEAST_BATCH = 128  # sequences that are forecast at a time
MOST_WINDOWS = 2**15  # that the linear part is fitted on


class NetworkModel(BaseForecaster):
    """A forecaster whose model is an :class:`RNNRegressor`.

    A subclass has the words of :class:`RNNForecaster` as attributes.
    """

    regressor_: RNNRegressor
    network_share_: float

    @property
    def _is_recursive(self):
        return self.strategy == "recursive"

    @property
    def _is_positive(self):
        return self._aim.is_positive

    @property
    def _fills_gaps(self):
        return self.missing == "fill"

    _fills_start = _embeds_labels = True

    @property
    def n_windows(self) -> int:  # type: ignore[override]
        """How many windows are read before each forecast."""
        return READ if self._strategy == "seq2seq" else 1

    @property
    def _n_windows_read(self):
        return 1 if self._is_linear else self.n_windows

    @property
    def _is_linear(self):
        """Whether forecasts are those of the linear part alone, a map of the last window."""
        return self.network_share_ == 0

    def _choose_aim(self):
        self._aim = make_aim(self)

    def _check_output(self, values):
        if self._is_positive:
            check_signs(values, self._columns.outputs, self._columns.names)

    def _settle(self, rows, periods):
        targets, effects = self._columns.targets, None
        if rows.ahead is not None and rows.ahead.n_plain:
            effects = Effects(periods, self._is_positive).fit(rows, targets)
            rows.values = effects.adjust_rows(rows)
        windows = self.window if self.window == "auto" else [self.window]
        scalings = list_scalings(self.scaling, len(rows), self._is_positive)
        reads_on = self.strategy == "seq2seq" and rows.ahead is None
        counted = self._columns.outputs if self._is_positive else ()
        words = reads_on, self._aim.center, counted
        chooser = ReadingChooser(windows, scalings, self._make_scaler, self._n_steps, *words)
        is_free = isinstance(self.seasonality, str) and not self._columns.are_apart
        is_free &= not self._is_positive
        # Quantiles of changes are those of values within a season alone.
        is_free &= self.quantiles is None or self._n_steps <= min(periods, default=0)
        seasons, reading = chooser.settle(rows, periods, self.difference, is_free)
        self.window_, self.scaling_, self.difference_ = reading
        return Adjustment(seasons, targets, effects, self._is_positive)

    def _count_stages(self):
        n_stages = super()._count_stages()
        if self._asked_share == "auto":
            return n_stages + 3  # two trials and the choice
        return n_stages + (self.calibrate is True)

    @property
    def _goes_on(self):
        """Whether a fit goes on from the last one."""
        return self.warm_start and hasattr(self, "regressor_")

    @property
    def _asked_share(self):
        """The share of the network that a fit is asked for; all where it starts from no other."""
        return self.network_share if self.linear and not self._goes_on else 1.0

    def _fit_pairs(self, pairs, given, reporter, others=None):
        if others is not None and self.missing == "skip" and self.strategy != "seq2seq":
            raise ValueError(
                f"missing='skip' with strategy={self.strategy!r} cannot be trained on Chunks: "
                "give missing='fill'."
            )
        go_on, share = self._goes_on, self._asked_share
        self.network_share_ = 1.0
        n_held_out, earlier = count_held_out(given.lengths, self._n_steps), None
        if share == "auto" or self.calibrate is True:
            self._check_left_out()
            parts = list(cut_back(given, n_held_out)) if share == "auto" else [given]
            earlier = self._train_earlier(parts, n_held_out, reporter)
        if share == "auto":
            with in_stage(reporter, "choosing"):
                share = self._choose_share(parts, earlier, n_held_out)
        self._train(pairs, go_on, reporter=reporter, others=others)
        self._take_share(share)
        if earlier is None or not self.calibrate:
            return None
        trials = []
        for number, forecaster in enumerate(earlier, 1):
            forecaster._take_share(share)
            trials.append(Trial(forecaster, given, number * n_held_out, n_held_out))
        return trials

    def _check_left_out(self):
        """Check the words that play no part in any training but the last."""
        RNNRegressor(checkpoint=self.checkpoint)._check_words()
        load_engine().check_callbacks(self.callbacks)

    def _train_earlier(self, parts, n_held_out, reporter):
        """Train forecasters that know nothing of the last rows of parts, as far as these go."""
        trained = []
        for given in parts:
            earlier, rows = go_back(self, given, n_held_out)
            pairs = [] if rows is None else SeriesPairs(rows, earlier._scaler, self._n_steps)
            if not len(pairs):
                break
            if earlier._train(pairs, False, reporter=reporter, is_trial=True):
                raise KeyboardInterrupt
            trained.append(earlier)
        return trained

    def _choose_share(self, parts, earlier, n_held_out):
        """Choose the network's share by forecasts of the last rows of parts."""
        folds = []
        for given, forecaster in zip(parts, earlier, strict=False):
            rows = forecaster._adjustment.adjust_rows(given)
            pairs = SeriesPairs(rows, forecaster._scaler, self._n_steps)
            folds.append(forecast_fold(forecaster, pairs, n_held_out))
        if not folds:
            return 0.0
        shares = SHARES if len(parts[0].values) >= MANY_ROWS else SHARES[:2]
        return choose_share(folds, shares, self._aim.judge)

    def _take_share(self, share):
        """Have only a share of what the network adds."""
        self.network_share_ = share
        if share < 1:
            self.regressor_._shrink_network(share)

    def _run_all(self, history):
        """Give what the network puts out for each row of a :class:`History`."""
        parts = cut_history(history, self._scaler, self._n_windows_read)
        return np.concatenate([self._run_levels(part)[0] for part in parts])

    def _train(self, pairs, go_on, *, epochs=None, reporter=None, is_trial=False, others=None):
        if go_on:
            self._check_sizes(pairs)
        stops = epochs is None and self._stops_early(pairs)
        training, validation = self._set_aside(pairs, stops)
        n_rows = len(pairs.rows.values)
        if others is not None:
            training = others.stream(training, partial(self._make_part, stops=stops))
            n_rows = others.n_rows
        if self.epochs == "auto" and self.strategy == "seq2seq":
            training = training.thin_out(MOST_UPDATES * self.batch_size)
        words = {field.name: getattr(self, field.name) for field in fields(NetworkWords)}
        if self.learning_rate == "auto":
            has_much = len(pairs.rows) >= ENOUGH_SERIES or pairs.rows.ahead is not None
            words["learning_rate"] = RATES[has_much]
        if self.epochs == "auto":
            words["epochs"] = count_epochs(n_rows, training, self.batch_size)
        if is_trial:
            words |= {"callbacks": None, "checkpoint": None, "verbose": 0}
        regressor = copy.copy(self.regressor_) if go_on else RNNRegressor()
        strategy = "direct" if self._is_recursive else self.strategy  # it is fed here
        self.regressor_ = regressor.set_params(**words, strategy=strategy, linear=self.linear)
        regressor._default_loss, regressor._link = self._aim.loss, self._aim.link
        name, n_epochs = "trial" if is_trial else "training", words["epochs"] * self.n_networks
        with in_stage(reporter, name, n_epochs, is_trial):
            return regressor._fit_checked(
                training,
                validation,
                n_channels=self._count_inputs(pairs),
                known=self._count_known(pairs),
                y_shape=(self._n_steps, len(self._columns.outputs)),
                go_on=go_on,
                epochs=epochs,
                reporter=reporter,
                start=self._fit_start(pairs) if self.linear and not go_on else None,
            )

    def _fit_start(self, pairs):
        """Fit the linear part on windows of all series."""
        return fit_start(pairs, thin_out(pairs.positions, MOST_WINDOWS), self._aim)

    def _count_inputs(self, pairs):
        """Count the values that the network reads in a time step."""
        return count_step_inputs(pairs) if self.strategy == "seq2seq" else count_inputs(pairs)

    def _count_known(self, pairs):
        """Say what is known of rows ahead, as a network reads it."""
        if pairs.rows.ahead is None:
            return None
        n_read, n_rows, n_skipped = self._columns.n_read, 1, 0
        ahead, levels = pairs.rows.ahead, self._reader.covariates.levels
        n_ahead = ahead.n_columns
        if self.strategy == "seq2seq":
            n_rows, n_ahead = len(pairs.scaler.offsets), ahead.n_past
            if self.window == "auto" and self.lags is None:  # the network has read the others
                n_skipped = max(0, n_rows - count_least(self.seasonality_))
        return Known(n_rows * n_read, n_skipped * n_read, ahead.n_columns, n_ahead, levels)

    def _check_sizes(self, pairs):
        """Check that the network that training goes on with reads and gives as many values."""
        n_outputs = self._n_steps * len(self._columns.outputs) * self._aim.n_levels
        given = self.horizon, self.strategy, self._count_inputs(pairs), n_outputs
        regressor = self.regressor_
        fitted = self._horizon, self._strategy, regressor._n_channels, regressor._n_outputs
        if given != fitted:
            raise ValueError(
                f"Training cannot go on with X of {self._columns.n_read} features, "
                f"horizon={self.horizon} and strategy={self.strategy!r}, or what is known ahead, "
                "as they differ from the last fit. Set warm_start=False, or set them back."
            )

    def _make_state(self, history, weights):
        """Give the fitted attributes of a forecaster that had stopped here."""
        regressor = copy.copy(self.regressor_)
        vars(regressor).update(regressor._make_state(history, weights))
        return {"regressor_": regressor}

    def _stops_early(self, pairs):
        """Tell whether the last part of the rows tells when to stop."""
        n_rows = pairs.rows.lengths.sum() if self.strategy == "seq2seq" else len(pairs)
        return stops_early(self, n_rows)

    def _set_aside(self, pairs, stops):
        """Give training data and, for early stopping, those of the last part of the rows."""
        if self.strategy == "seq2seq":
            if stops:
                return set_rows_aside(pairs, self.validation_fraction)
            return SequenceData(pairs), None
        data = make_training_data(pairs)
        if stops:
            return set_windows_aside(data, self._n_steps, self.validation_fraction)
        return data, None

    def _make_part(self, pairs, stops):
        """Give training data of all series but the first."""
        training, _ = self._set_aside(pairs, stops)
        return training.leave_out_first() if self.strategy == "seq2seq" else training

    def _run(self, history):
        outputs, contexts, frame = self._run_levels(history)
        return self._aim.take_middle(outputs), contexts, frame

    def _run_levels(self, history):
        """Do what ``_run`` does, for all quantiles."""
        if self._is_linear:
            contexts = history.look_back(self._scaler.span)[:]
            windows, frame = self._scaler.read(contexts)
            windows = fill_gaps(windows) if self._strategy == "seq2seq" else windows
            return self._run_windows(windows), contexts, frame
        if self._strategy != "seq2seq":
            return super()._run(history)
        may_share = self.regressor_.network is None
        panel, frame = read_sequences(history, self._scaler, READ, self._n_steps, may_share)
        return self.regressor_._predict_panel(panel, LEAST_BATCH), history[:], frame

    def _extend_base(self, history, horizon):
        if not isinstance(self._aim, Quantiles):
            return self._extend(history, horizon)
        if horizon > self._n_steps:
            raise ValueError(
                f"horizon={horizon} is past the trained horizon={self._horizon}: quantiles are "
                "not known of forecasts that are fed back. Train with a longer horizon."
            )
        parts = cut_history(history, self._scaler, self._n_windows_read)
        return np.concatenate([self._forecast_levels(part) for part in parts])[:, :horizon]

    def _forecast_levels(self, history):
        """Forecast the quantiles of what comes: (n, n_steps, levels * targets)."""
        outputs, contexts, frame = self._run_levels(history)
        outputs = np.asarray(outputs, np.float64)
        outputs = outputs.reshape(len(history), self._n_steps, -1, self._aim.n_levels)
        levels = [
            self._scaler.restore(outputs[..., level], contexts, frame)[..., self._columns.picked]
            for level in range(self._aim.n_levels)
        ]
        return np.concatenate(levels, axis=2)

    @property
    def _can_feed_back(self):
        return super()._can_feed_back and not isinstance(self._aim, Quantiles)

    def _learn_intervals(self, *parts):
        if not isinstance(self._aim, Quantiles):
            return super()._learn_intervals(*parts)
        return QuantileIntervals.learn_around(self._aim.levels, *parts)

    def _join(self, windows, contexts):
        return join_rows(windows, contexts, self._scaler.offsets, self._n_steps)

    def _run_windows(self, windows):
        windows = narrow(windows, self.scaling_)
        if self._is_linear:
            return self.regressor_._predict_linear(windows)
        return self.regressor_._predict_panel(pack_missing(windows))

    def _repeat_rounds(self, run, *rounds):
        if not self._is_linear and self._aim.n_levels == 1:
            compiled = self.regressor_._repeat_rounds(*rounds)
            if compiled is not None:
                return compiled
        return repeat_rounds(lambda windows: self._aim.take_middle(run(windows)), *rounds)


def count_epochs(n_rows, data, batch_size):
    """Count the epochs that make enough updates of the weights for so many rows."""
    n_updates = np.clip(n_rows / ROWS_AN_UPDATE, FEWEST_UPDATES, MOST_UPDATES)
    return int(np.ceil(n_updates / data.count_batches(batch_size)))
