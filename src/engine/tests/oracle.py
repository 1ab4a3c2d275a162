"""Recomputes, with SciPy and shapely, what is asked on standard input (JSON), and writes JSON.

arrivals: per edge of the exported network, the seconds until the first of some crews is at its middle.
share: the share of the counted length of lines that is marked, in percent, within some polygons.
"""
import json
import sys

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from shapely.geometry import LineString, Polygon
from shapely.ops import unary_union


def arrivals(ask):
    ends, seconds, forbidden = ask["ends"], ask["seconds"], {tuple(turn) for turn in ask["forbidden"]}
    # Arc 2e runs along edge e, arc 2e + 1 against it; the state of a crew is the arc it has just driven.
    count = 2 * len(ends)
    tail = [end for a, b in ends for end in (a, b)]
    head = [end for a, b in ends for end in (b, a)]
    cost = [second for pair in seconds for second in pair]
    leaving = {}
    for arc in range(count):
        if cost[arc] is not None:
            leaving.setdefault(tail[arc], []).append(arc)
    rows, columns, weights = [], [], []
    for arc in range(count):
        if cost[arc] is None:
            continue
        for onward in leaving.get(head[arc], []):
            if (arc, onward) not in forbidden:
                rows.append(arc), columns.append(onward), weights.append(cost[onward])
    # One source before all crews: it reaches the end of the edge that a crew starts on, both ways.
    starts = {}
    for edge, share, ready in ask["crews"]:
        for arc, left in ((2 * edge, 1 - share), (2 * edge + 1, share)):
            if cost[arc] is not None:
                starts[arc] = min(starts.get(arc, np.inf), ready + left * cost[arc])
    for arc, second in starts.items():
        rows.append(count), columns.append(arc), weights.append(second)
    graph = csr_matrix((weights, (rows, columns)), shape=(count + 1, count + 1))
    done = dijkstra(graph, indices=count)
    into = np.full(count, np.inf)
    for row, column in zip(rows, columns):
        if row < count:
            into[column] = min(into[column], done[row])
    middles = []
    for edge in range(len(ends)):
        ways = [into[arc] + cost[arc] / 2 for arc in (2 * edge, 2 * edge + 1) if cost[arc] is not None]
        for own, share, ready in ask["crews"]:
            for arc, ahead in ((2 * edge, 0.5 - share), (2 * edge + 1, share - 0.5)):
                if own == edge and cost[arc] is not None and ahead >= 0:
                    ways.append(ready + ahead * cost[arc])
        first = min(ways, default=np.inf)
        middles.append(float(first) if np.isfinite(first) else None)
    return middles


def share(ask):
    bounds = unary_union([Polygon(rings[0], rings[1:]) for rings in ask["polygons"]])
    length = lambda lines: sum(LineString(line).intersection(bounds).length for line in lines)
    return 100 * length(ask["marked"]) / length(ask["all"])


ask = json.load(sys.stdin)
json.dump({"arrivals": arrivals, "share": share}[ask["what"]](ask), sys.stdout)
