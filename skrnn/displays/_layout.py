"""Places for the boxes of a graph, in rows from its inputs down to its outputs."""

from itertools import pairwise

import numpy as np
from sklearn.isotonic import isotonic_regression

N_SWEEPS = 8
WIDTHS = 1.0, 0.3  # of a box with what is left free beside it, and of an edge that passes a row


def lay_out(inputs):
    """Place the nodes of a graph without cycles.

    Every node lies in the row below the lowest of those that it reads, and edges that pass rows
    have a place in each. Nodes of a row are ordered by the mean place of their neighbours
    (Sugiyama et al., 1981), and lie as near to it as their widths allow.

    Parameters
    ----------
    inputs : dict of list
        The nodes that each node reads, which come before it.

    Returns
    -------
    places : dict of tuple (float, int)
        Of each node: its middle in units of the width of a node, and its row.
    edges : list of list of tuple (float, int)
        The places that an edge goes through, those of its ends included, in the order of nodes
        and their inputs.
    width : float
        Of all together.
    """
    rows = {}
    for node, read in inputs.items():
        rows[node] = 1 + max((rows[name] for name in read), default=-1)
    chains = [
        [name, *((name, node, row) for row in range(rows[name] + 1, rows[node])), node]
        for node, read in inputs.items()
        for name in read
    ]
    rows |= {stop: stop[2] for chain in chains for stop in chain[1:-1]}
    widths = {node: WIDTHS[node not in inputs] for node in rows}
    across = _find_places(rows, chains, widths)
    left = min(across[node] - widths[node] / 2 for node in rows)
    places = {node: (across[node] - left, rows[node]) for node in rows}
    width = max(places[node][0] + widths[node] / 2 for node in rows)
    return {node: places[node] for node in inputs}, [[places[n] for n in c] for c in chains], width


def _find_places(rows, chains, widths):
    """Find the place of each node in its row, going down and up by turns."""
    near = {node: ([], []) for node in rows}  # above it, and below
    for upper, lower in (pair for chain in chains for pair in pairwise(chain)):
        near[lower][0].append(upper)
        near[upper][1].append(lower)
    nodes = [[] for _ in range(1 + max(rows.values()))]
    for node, row in rows.items():
        nodes[row].append(node)
    across = {node: float(place) for row in nodes for place, node in enumerate(row)}
    for sweep in range(2 * N_SWEEPS):
        side = sweep % 2
        for row in nodes[::-1] if side else nodes:
            wanted = {
                node: np.mean([across[other] for other in near[node][side] or [node]])
                for node in row
            }
            if sweep < N_SWEEPS:  # the order is found, and then kept
                row.sort(key=wanted.get)
            placed = spread([wanted[node] for node in row], [widths[node] for node in row])
            across |= zip(row, placed, strict=True)
    return across


def spread(wanted, widths):
    """Give places, as near to those wanted as widths and the order allow."""
    widths = np.asarray(widths)
    steps = np.cumsum(widths) - widths / 2
    return isotonic_regression(np.asarray(wanted) - steps) + steps
