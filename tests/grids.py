"""Grids of cases: some stand for the others, which are slow."""

import pytest

STRATEGIES = ["direct", "recursive", "seq2seq", "encoder_decoder"]


def thin_out(grid, quick):
    """Give the cases of a grid, of which those that are not among the quick ones are slow."""
    cases, quick = list(grid), list(quick)
    assert all(case in cases for case in quick)
    return [case if case in quick else _slow(case) for case in cases]


def _slow(case):
    parts = case if isinstance(case, tuple) else (case,)
    return pytest.param(*parts, marks=pytest.mark.slow)


def by_strategy(*quick):
    """Run a test by each strategy; those that are not named are slow."""
    return pytest.mark.parametrize("strategy", thin_out(STRATEGIES, quick))
