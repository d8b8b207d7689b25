"""Which streets hang together: the largest part from which every node can be reached and left again. Pure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from backend.streets.network import Access, Network, arc_heads, arc_tails

Flags = npt.NDArray[np.bool_]


def main_nodes(network: Network, who: Access = Access.CAR | Access.TRUCK) -> Flags:
    """(N) whether a node lies in the largest strongly connected part for whoever of ``who`` may drive an arc; turns apart."""
    # Half a second to load, and processes that only serve never get here
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    open_arcs = (network.access & int(who)) != 0
    tails, heads = arc_tails(network)[open_arcs], arc_heads(network)[open_arcs]
    if not len(tails):
        return np.zeros(network.nodes, dtype=np.bool_)
    graph = csr_array(
        (np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(network.nodes, network.nodes)
    )
    _count, label = connected_components(graph, directed=True, connection="strong")
    return np.asarray(label == np.bincount(label).argmax())


def main_segments(network: Network, who: Access = Access.CAR | Access.TRUCK) -> Flags:
    """(S) whether a segment is open to ``who`` and both its ends lie in the largest part."""
    inside = main_nodes(network, who)
    driven = ((network.access[0::2] | network.access[1::2]) & int(who)) != 0
    return np.asarray(driven & inside[network.from_node] & inside[network.to_node])
