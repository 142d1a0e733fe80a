"""Training data that come in parts, of which one at a time is in memory."""

import copy
import math


class StreamedData:
    """Training data whose batches are cut from one part after the other.

    The counterpart of :class:`skrnn._batches.TrainingData` where the rows are too many.

    Parameters
    ----------
    make_parts : callable
        ``make_parts(rng)`` gives an iterator over the parts, each a ``TrainingData``. The
        generator draws their order; with None, they come as they lie. It is called anew for each
        epoch. Parts have the same rows in use each time, and either all of them weights, or none.
    n_rows : int
        How many rows are in use in all parts.
    pattern : skrnn._batches.TrainingData
        Some of the data. Its targets, and whether any are unknown, steps missing or lengths
        different, must be those of all parts.
    is_estimate : bool, default=False
        Whether ``n_rows`` is no more than an estimate.

    Attributes
    ----------
    y : ndarray
        Some targets.
    has_missing, has_unknown : bool
        As in ``TrainingData``.
    """

    is_counted = False  # each part may end in a shorter batch

    def __init__(self, make_parts, n_rows, pattern, is_estimate=False):
        self._make_parts, self._n_rows, self._pattern = make_parts, n_rows, pattern
        self._is_estimate, self.y = is_estimate, pattern.y
        self.has_missing, self.has_unknown = pattern.has_missing, pattern.has_unknown
        self._keeps_places, self._prepare_panel = False, None

    def __len__(self):
        return self._n_rows

    @property
    def n_steps(self):
        """The length of every sequence; None where they may differ."""
        return self._pattern.n_steps

    def count_steps(self):
        """Count the time steps of a sequence as a network gets it."""
        return self._pattern.count_steps()

    def keep_places(self):
        """Have missing steps stay where they are, and not come behind the others."""
        self._keeps_places = True
        self._pattern.keep_places()

    def prepare(self, prepare_panel):
        """Have a function prepare the panel of each part; see ``TrainingData``."""
        self._prepare_panel = prepare_panel

    def thin_out(self, n_rows):
        """Give the same data with about so many rows in use at most: a like share of each part."""
        if len(self) <= n_rows:
            return self
        share, thinned = n_rows / len(self), copy.copy(self)

        def make_parts(rng):
            for part in self._make_parts(rng):
                yield part.thin_out(math.ceil(share * len(part)))

        thinned._make_parts, thinned._n_rows, thinned._is_estimate = make_parts, n_rows, True
        return thinned

    def count_batches(self, batch_size):
        """Count the batches of one epoch, if parts were joined and none cut in two."""
        return -(-self._n_rows // batch_size)

    def is_even(self, batch_size):
        """Tell whether all batches have so many rows: the last of a part need not."""
        return False

    def iterate(self, batch_size, rng=None):
        """Yield the batches of one epoch, parts and rows of each in random order if there is rng.

        Raises
        ------
        ValueError
            If the rows are not as many as they should be.
        """
        n_rows = 0
        for part in self._make_parts(rng):
            n_rows += len(part)
            if len(part):
                self._set_up(part)
                yield from part.iterate(batch_size, rng)
            del part  # before the next is made
        if n_rows != self._n_rows and not self._is_estimate:
            raise ValueError(
                f"X must give the same parts in each pass over it: {self._n_rows} rows were to "
                f"train on in the first, {n_rows} in a later one."
            )

    def _set_up(self, part):
        if self._keeps_places:
            part.keep_places()
        if self._prepare_panel is not None:
            part.prepare(self._prepare_panel)
