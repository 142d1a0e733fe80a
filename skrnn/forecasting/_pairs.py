"""Pairs of windows and what comes after them, for a model to learn from."""

import copy
from functools import cached_property

import numpy as np

from .._batches import PairedData, TrainingData
from .._sequences import pack_missing, pack_steps, round_up
from ._ahead import join_rows, join_steps
from ._levels import fill_gaps
from ._rows import History

READ = 128  # rows that a network reads before a forecast, where it reads whole series
LAZY_FROM = 2**26  # bytes of windows above which they are made a batch at a time
MOST_VALUES = 2**18  # of windows that are made at a time


class SeriesPairs:
    """Windows of series with what comes after them, in the units that a network learns in.

    Parameters
    ----------
    rows : SeriesRows
    scaler : WindowScaler
        Fitted.
    n_steps : int
        Rows after each window.
    levels : ndarray, default=None
        The rows with the last known values carried on, also from before them.
    since : ndarray of int of shape (n_series,), default=None
        Rows from which on something later is new: only windows that such rows follow count.

    Attributes
    ----------
    positions : ndarray of int or range
        The rows that come first after a whole window with something in it, and after which no
        value that counts, nor one that it is taken relative to, is NaN, and some row counts.
    weights : ndarray of shape (rows, n_steps, outputs) or None
        What that which is to be learned from each position on counts for; None if all of it
        counts the same.
    """

    def __init__(self, rows, scaler, n_steps, levels=None, since=None):
        self.rows, self.scaler, self.n_steps = rows, scaler, n_steps
        self._levels = rows.carry_on(scaler.difference or 1) if levels is None else levels
        self._features = rows.values[:, : scaler.n_features]
        self.has_missing = not scaler.fills_gaps and bool(np.isnan(self._features).any())
        self.weights = None if rows.weights is None else self._view_weights()
        self._since = since

    @cached_property
    def positions(self):
        return self._find_usable(self._since)

    def __len__(self):
        return len(self.positions)

    def __getitem__(self, positions):
        """Give windows (n, window, features) and what is to be learned of the rows after them.

        What lies behind the end of a series is NaN.
        """
        return self.read(positions)[1:]

    def read(self, positions):
        """Give the contexts of positions, the windows in them, and what is to be learned."""
        positions, scaler = np.asarray(positions), self.scaler
        contexts = self.view(positions, scaler.span)[:]
        windows, frame = scaler.read(contexts)
        return contexts, windows, scaler.write(self.take_later(positions), frame)

    def _view_weights(self):
        weights = np.append(self.rows.weights, np.zeros(self.n_steps - 1))
        later = np.lib.stride_tricks.sliding_window_view(weights, self.n_steps)
        return np.broadcast_to(later[:, :, None], (*later.shape, len(self.scaler.outputs)))

    def take_later(self, positions):
        """Take the rows after windows, and those before that changes are relative to.

        What lies beyond the series is NaN.
        """
        owners = self._find_owners(positions)
        lag = self.scaler.difference
        later = positions[:, None] + np.arange(-lag, self.n_steps)
        starts, ends = self.rows.starts[owners][:, None], self.rows.starts[owners + 1][:, None]
        segments = self.rows.values[np.clip(later, 0, len(self.rows.values) - 1)]
        segments[(later < starts) | (later >= ends)] = np.nan
        return segments

    def _find_owners(self, positions):
        """Find the series of each position."""
        if len(self.rows) == 1:
            return np.zeros(len(positions), int)
        return np.searchsorted(self.rows.starts, positions, side="right") - 1

    def view(self, positions, reach):
        """View the rows before positions, so many of each, as a :class:`History`."""
        features = self.rows.replace_values(self._features)
        levels = self._features
        if self._levels is not self.rows.values:
            levels = self._levels[:, : self.scaler.n_features]
        codes = np.arange(len(self.rows))
        owners = self._find_owners(positions)
        return History(features, levels, codes, positions, owners, reach)

    def measure_units(self, positions):
        """Give the units of what is learned after positions, in deviations of their series."""
        history = self.view(positions, self.scaler.span)
        return self.scaler.measure(history[:])

    def weigh(self, values, positions):
        """Multiply values (n, n_steps, outputs) by what they count for; NaN where by nothing."""
        if self.weights is None:
            return values
        weights = self.weights[positions]
        return values * np.where(weights > 0, weights, np.nan)

    def list_sized(self):
        """List the positions after windows that have units of their own; all if none has one.

        In the least unit of a series whatever follows is enormous, and rules a sum of squares.
        """
        positions = np.asarray(self.positions)
        is_sized = self.scaler.find_sized(self.view(positions, self.scaler.span)[:])
        return positions[is_sized] if is_sized.any() else positions

    def _find_usable(self, since):
        rows = self.rows
        is_whole = len(rows) == 1 and since is None and rows.weights is None
        if is_whole and not np.isnan(rows.values).any():
            return range(self.scaler.span, len(rows.values) - self.n_steps + 1)
        found = []
        for series, part in rows.split():
            new = None if since is None else since[series] - rows.starts[series.start]
            found.append(rows.starts[series.start] + self._find_usable_part(part, new))
        found = np.concatenate(found)
        return found if self.weights is None else found[self.weights[found].any(axis=(1, 2))]

    def _find_usable_part(self, rows, since):
        scaler, missing = self.scaler, np.isnan(rows.values)
        unknown = missing[:, scaler.outputs].any(axis=1)
        if rows.weights is not None:
            unknown &= rows.weights > 0
        if lag := scaler.difference:
            unknown[lag:] |= unknown[:-lag].copy()  # a change, as either end of it is
        empty = missing[:, : scaler.n_features].all(axis=1)
        left = np.repeat(rows.starts[1:], rows.lengths)
        positions = np.flatnonzero(rows.places >= scaler.span)
        positions = positions[positions + self.n_steps <= left[positions]]
        if since is not None:
            positions = positions[positions + self.n_steps > since[rows.codes[positions]]]
        n_unknown, n_empty = (np.concatenate([[0], np.cumsum(part)]) for part in (unknown, empty))
        usable = n_unknown[positions + self.n_steps] == n_unknown[positions]
        usable &= n_empty[positions] - n_empty[positions - scaler.span] < scaler.span
        return positions[usable]


def check_usable(pairs):
    """Raise if there is nothing to learn from."""
    scaler, n_rows = pairs.scaler, pairs.rows.lengths.max()
    needed = scaler.span + pairs.n_steps
    if n_rows < needed:
        difference = f", difference={scaler.difference}" if scaler.difference else ""
        reach = needed - pairs.n_steps - scaler.difference
        read = f"window={scaler.window}" if reach == scaler.window else f"lags up to {reach}"
        which = "X" if len(pairs.rows) == 1 else "The longest series of X"
        raise ValueError(
            f"{which} has {n_rows} rows, too few to train on: {read}{difference} "
            f"and horizon={pairs.n_steps} need at least {needed}."
        )
    if not len(pairs.positions):
        zero = "" if pairs.weights is None else ", or sample_weight is 0 for them"
        raise ValueError(f"X has no window whose later values are known: too many are NaN{zero}.")


class SequenceData(TrainingData):
    """Whole series, each step of which has the window up to there, and what comes after it.

    Parameters
    ----------
    pairs : SeriesPairs
    rows : ndarray of int, default=None
        The stretches that are used; all by default.
    since : ndarray of int of shape (n_series,), default=None
        The first position in each series at which something is to be learned.

    Notes
    -----
    A series is cut into stretches of at most ``READ`` rows, counted from its end. Batches are
    filled up behind, where nothing is known of what is to be learned (NaN). Where missing values
    are not filled, steps after a row that has one are left out, and a window has the value before.
    What batches are made of is made once where it is small.
    """

    has_unknown, has_missing = True, False
    n_steps = None  # batches are of several lengths

    def __init__(self, pairs, rows=None, since=None):
        self.pairs, self._since = pairs, since
        starts, lengths = pairs.rows.starts[:-1], pairs.rows.lengths - 1
        counts = -(-lengths // READ)
        self._owners = np.repeat(np.arange(len(lengths)), counts)
        number = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        ends = (starts + 1 + lengths)[self._owners] - READ * number
        self._first = np.maximum(starts[self._owners] + 1, ends - READ)
        self.lengths = ends - self._first
        self.panel = self  # as far as batches are made by length
        self.trim_to_powers_of_two = False  # which gives few lengths, to be compiled for each
        self._width = count_step_inputs(pairs)
        n_values = self._width + pairs.n_steps * len(pairs.scaler.outputs)
        self._steps = None
        if len(pairs.rows.values) * n_values * 4 <= LAZY_FROM:
            positions = np.flatnonzero(pairs.rows.places)
            self._steps = self._make_steps(positions, positions, len(pairs.rows.values))
        self.rows = self._list_weighed() if rows is None else rows
        self.y = self[self.rows[:1]][1]  # a pattern of what the batches hold

    def __getitem__(self, rows):
        lengths = self.lengths[rows]
        longest = int(lengths.max())
        longest = round_up(longest) if self.trim_to_powers_of_two else longest
        places = self._first[rows][:, None] + np.arange(longest)
        used = np.arange(longest) < lengths[:, None]
        inputs, targets, keep = self._take_steps(places, used)
        if self._since is not None:
            targets[places < self._since[self._owners[rows]][:, None]] = np.nan
        parts = [inputs, targets]
        if self.pairs.weights is not None:
            weights = self.pairs.weights[np.where(used, places, 0)]
            parts.append(weights.reshape(targets.shape).astype(np.float32))
        if not self.pairs.has_missing:
            return tuple(parts)
        targets[~keep] = np.nan
        return tuple(pack_steps(part, keep)[0] for part in parts)

    def _list_weighed(self):
        """List the stretches in which something that is to be learned counts."""
        numbers = np.arange(len(self._owners))
        if self.pairs.weights is None:
            return numbers
        counts = np.append(0, np.cumsum(self.pairs.rows.weights > 0))
        ends = self._first + self.lengths + self.pairs.n_steps - 1
        ends = np.minimum(ends, self.pairs.rows.starts[self._owners + 1])
        first = self._first
        if self._since is not None:
            first = np.maximum(first, self._since[self._owners])
        numbers = numbers[counts[ends] > counts[first]]
        if not len(numbers):
            raise ValueError(
                "sample_weight leaves nothing to train on, or to validate on: it is 0 for all of "
                "those rows."
            )
        return numbers

    def _take_steps(self, places, used):
        """Give steps of windows up to places, (n, time), as far as these are used."""
        if self._steps is not None:
            places = np.where(used, places, 0)  # no step: no row comes before the first
            return [part.take(places, axis=0) for part in self._steps]
        steps = np.flatnonzero(used)
        parts = self._make_steps(places.ravel()[steps], steps, places.size)
        return [part.reshape(*places.shape, *part.shape[1:]) for part in parts]

    def _make_steps(self, positions, steps, n):
        """Make such and such steps of n, of windows up to positions and what comes after them.

        Returns
        -------
        inputs, targets, keep : ndarray of shape (n, ...)
            ``keep`` tells steps whose row has no missing value.
        """
        pairs, scaler = self.pairs, self.pairs.scaler
        inputs = np.zeros((n, self._width), np.float32)
        targets = np.full((n, pairs.n_steps * len(scaler.outputs)), np.nan, np.float32)
        keep, size = np.zeros(n, bool), max(1, MOST_VALUES // self._width)
        for i in range(0, len(positions), size):
            contexts, windows, later = pairs.read(positions[i : i + size])
            part = steps[i : i + size]
            read = join_steps(fill_gaps(windows).reshape(len(part), -1), contexts, pairs.n_steps)
            inputs[part] = narrow(read, scaler.scaling)
            targets[part] = narrow(later, scaler.scaling).reshape(len(part), -1)
            keep[part] = ~np.isnan(windows[:, -1]).any(axis=1)
        return inputs, targets, keep

    def leave_out_first(self):
        """Give the same without the stretches of the first series."""
        return self.select(self.rows[self._owners[self.rows] > 0])

    def select(self, rows):
        selected = copy.copy(self)
        selected.rows, selected.panel = rows, selected
        return selected


class JoinedPairs:
    """Pairs whose windows are joined with what is known ahead.

    Parameters
    ----------
    pairs : SeriesPairs
    """

    def __init__(self, pairs):
        self._pairs = pairs

    def __getitem__(self, positions):
        contexts, windows, later = self._pairs.read(positions)
        pairs = self._pairs
        return join_rows(windows, contexts, pairs.scaler.offsets, pairs.n_steps), later


def count_inputs(pairs):
    """Count what is read of a row: features, and what is known of it."""
    ahead = pairs.rows.ahead
    n_known = 0 if ahead is None else ahead.n_columns + ahead.statics.shape[1]
    return pairs.scaler.n_features + n_known


def count_step_inputs(pairs):
    """Count what is read in a step of a whole series: a window, and what is known ahead."""
    n_features, ahead = pairs.scaler.n_features, pairs.rows.ahead
    n_ahead = 0 if ahead is None else pairs.n_steps * ahead.n_past
    return len(pairs.scaler.offsets) * n_features + count_inputs(pairs) - n_features + n_ahead


def make_training_data(pairs):
    """Make what the engine trains on; all of it at once where that is small."""
    joined = JoinedPairs(pairs)
    n_columns = max(pairs.rows.values.shape[1], count_inputs(pairs))
    n_values = (pairs.scaler.span + pairs.n_steps) * n_columns
    if len(pairs) * n_values * 8 > LAZY_FROM:
        return PairedData(joined, pairs.positions, pairs.has_missing, pairs.weights)
    windows, later = (narrow(part, pairs.scaler.scaling) for part in joined[pairs.positions])
    later, weights = later.reshape(len(later), -1), pairs.weights
    if weights is not None:
        weights = weights[pairs.positions].reshape(later.shape).astype(np.float32)
    return TrainingData(pack_missing(windows), later, weights)


def narrow(values, scaling):
    """Give values as a network reads them, if it can: as single-precision numbers."""
    with np.errstate(over="ignore"):
        narrowed = values.astype(np.float32)
    if np.isinf(narrowed).any():
        raise ValueError(
            f"scaling={scaling!r} leaves values as large as {np.nanmax(np.abs(values)):.3g}, and "
            "a network computes up to 3e38; give scaling='window' or 'standard'."
        )
    return narrowed
