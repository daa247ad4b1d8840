"""In which order should junctions be contracted? By nested dissection of the street graph.

METIS finds small separators, and the junctions of a separator go last (Dibbelt, Strasser, Wagner
2016, "Customizable Contraction Hierarchies", ACM JEA 21). The order depends on the streets alone,
not on speeds or closures, so it is found once and stored with the network. Should METIS fail,
SciPy's minimum-degree order gives queries that are at most half as slow again.
"""

from __future__ import annotations

import numpy as np
import pymetis
from numpy.typing import NDArray
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import splu

UInt32s = NDArray[np.uint32]
Ints = NDArray[np.int64]

_WORTH_DISSECTING = 50


def contraction_order(nodes: int, tail: UInt32s, head: UInt32s) -> UInt32s:
    """Sort the nodes by when to contract them; the same graph always gives the same order."""
    first, neighbour = _neighbours(nodes, tail, head)
    if nodes < _WORTH_DISSECTING or len(neighbour) == 0:
        return np.argsort(np.diff(first), kind="stable").astype(np.uint32)
    adjacency = pymetis.CSRAdjacency(first.astype(np.int32), neighbour.astype(np.int32))
    order = np.array(pymetis.nested_dissection(adjacency=adjacency)[0], dtype=np.uint32)
    if not np.array_equal(np.sort(order), np.arange(nodes)):
        return minimum_degree_order(nodes, tail, head)
    return order


def minimum_degree_order(nodes: int, tail: UInt32s, head: UInt32s) -> UInt32s:
    """Sort the nodes by multiple minimum degree, as SuperLU inside SciPy does it."""
    first, neighbour = _neighbours(nodes, tail, head)
    start = np.repeat(np.arange(nodes), np.diff(first))
    values = np.concatenate([-np.ones(len(neighbour)), np.diff(first) + 1.0])
    rows = np.concatenate([start, np.arange(nodes)])
    columns = np.concatenate([neighbour, np.arange(nodes)])
    matrix = csc_matrix((values, (rows, columns)), shape=(nodes, nodes))
    factors = splu(
        matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
    )
    return np.argsort(factors.perm_c).astype(np.uint32)


def _neighbours(nodes: int, tail: UInt32s, head: UInt32s) -> tuple[Ints, Ints]:
    """Undirected neighbours of each node, without loops (METIS breaks on them) or repeats."""
    one = np.concatenate([tail, head]).astype(np.int64)
    other = np.concatenate([head, tail]).astype(np.int64)
    pairs = np.unique((one * nodes + other)[one != other])
    first = np.zeros(nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(pairs // nodes, minlength=nodes), out=first[1:])
    return first, pairs % nodes
