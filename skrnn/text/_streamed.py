"""Training data made of texts that come in parts."""

from functools import partial

import numpy as np

from .._batches import TrainingData
from .._errors import explain_errors
from .._sequences import BesidePanel, RaggedPanel
from .._streams import StreamedData

ENOUGH_TO_MIX = 20_000  # rows, to which small parts are joined


class TextParts:
    """Reads the parts of chunks as training data.

    Parameters
    ----------
    chunks : Chunks
    read_part : callable
        Of the X and the y of a part; gives panel, targets and weights, which may be None.
    sizes : list of int
        How many rows each part has.
    """

    def __init__(self, chunks, read_part, sizes):
        self._chunks, self._read_part, self._sizes = chunks, read_part, sizes

    def iterate(self, held_out, rng):
        """Yield training data of one part or of several small ones.

        Parameters
        ----------
        held_out : dict of ndarray of int
            The rows of each part, by its number, that are left out.
        rng : numpy.random.Generator or None
            Draws the order of the parts.
        """
        blocks, n_rows = [], 0
        for number, X, y in self._chunks._iterate_numbered(rng):
            self._check_size(number, len(X))
            if not len(X):
                continue
            with explain_errors(f"Part {number} of X must be like the others", X):
                block = self._read_part(X, y)
            del X, y
            is_used = np.ones(self._sizes[number], bool)
            is_used[held_out.get(number, [])] = False
            blocks.append((*block, is_used))
            del block
            n_rows += len(is_used)
            if n_rows >= ENOUGH_TO_MIX:
                data = join_blocks(blocks)
                blocks, n_rows = [], 0
                yield data
                del data  # before the next part is read
        if blocks:
            yield join_blocks(blocks)

    def _check_size(self, number, size):
        was = self._sizes[number] if number < len(self._sizes) else "none"
        if was != size:
            raise ValueError(
                f"X must give the same parts in each pass over it: part {number} had {was} rows "
                f"in the first, and {size} in a later one."
            )


class StreamedTexts(StreamedData):
    """Training data made of texts in parts, with a sample of them for what needs all its data.

    It stands for all texts where batches are cut, and for the sample elsewhere, as a
    :class:`skrnn.text._held_out.TextData` does.

    Parameters
    ----------
    parts : TextParts
    sample : skrnn.text._held_out.TextData
    origins : tuple of two ndarrays of int
        The parts that the rows of the sample are from, and their places in these.
    n_rows : int
        How many rows are in use in all parts.
    held_out : ndarray of int, default=()
        Rows of the sample that are not to be trained on.
    """

    def __init__(self, parts, sample, origins, n_rows, held_out=()):
        self._parts, self._sample, self._origins = parts, sample, origins
        self._held_out = np.asarray(held_out, int)
        numbers, places = (origin[self._held_out] for origin in origins)
        by_part = {number: places[numbers == number] for number in np.unique(numbers).tolist()}
        super().__init__(partial(parts.iterate, by_part), n_rows, sample)
        self.rows, self.sample_weight = sample.rows, sample.sample_weight

    def divide(self, rows, held_out):
        """Give what is left if rows of the sample are held out, and these."""
        rest = StreamedTexts(
            self._parts,
            self._sample.select(rows),
            self._origins,
            len(self) - len(held_out),
            np.concatenate([self._held_out, held_out]),
        )
        return rest, self._sample.select(held_out)

    def list_texts(self):
        """Give the texts of the sample."""
        return self._sample.list_texts()

    def list_weights(self):
        """Give the weights of the sample."""
        return self._sample.list_weights()


def join_blocks(blocks):
    """Join panels, targets, weights and which rows are used to training data."""
    panels, targets, weights, used = zip(*blocks, strict=True)
    weights = None if weights[0] is None else np.concatenate(weights)
    rows = np.flatnonzero(np.concatenate(used))
    return TrainingData(join_panels(panels), np.concatenate(targets), weights, rows)


def join_panels(panels):
    """Join panels of token ids, which may have columns beside them."""
    if len(panels) == 1:
        return panels[0]
    flat, lengths = (
        np.concatenate([getattr(panel, name) for panel in panels]) for name in ("flat", "lengths")
    )
    has_gaps = any(panel.has_gaps for panel in panels)
    joined = RaggedPanel(flat, lengths, panels[0].fill, has_gaps)
    if not isinstance(panels[0], BesidePanel):
        return joined
    return BesidePanel(joined, np.concatenate([panel.columns for panel in panels]))
