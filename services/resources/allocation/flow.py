"""Min-cost flow in whole numbers: from where it lies to where it is wanted, as cheaply as can be."""

import numpy as np
from ortools.graph.python import min_cost_flow


def cheapest(
    supply: np.ndarray, demand: np.ndarray, source: np.ndarray, target: np.ndarray, cost: np.ndarray, unmet: int,
) -> tuple[np.ndarray, int]:
    """Units per arc (from `source` to `target` at `cost` each), and the total cost; every unit not served costs `unmet`.

    Raises `RuntimeError` when the solver finds no flow, which these numbers always have.
    """
    flow = min_cost_flow.SimpleMinCostFlow()
    first, nowhere = len(supply), len(supply) + len(demand)
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        source, first + target, np.minimum(supply[source], demand[target]), cost)
    everywhere = np.arange(len(demand))
    flow.add_arcs_with_capacity_and_unit_cost(
        np.full(len(demand), nowhere), first + everywhere, demand, np.full(len(demand), unmet))
    flow.add_arcs_with_capacity_and_unit_cost(
        np.arange(len(supply)), np.full(len(supply), nowhere + 1), supply, np.zeros(len(supply), dtype=np.int64))
    wanted, offered = int(demand.sum()), int(supply.sum())
    flow.add_arc_with_capacity_and_unit_cost(nowhere, nowhere + 1, wanted, 0)
    flow.set_nodes_supplies(
        np.arange(nowhere + 2), np.concatenate([supply, -demand, [wanted, -offered]]))
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError(f"no flow over {len(arcs)} arcs")
    return flow.flows(arcs), flow.optimal_cost()
