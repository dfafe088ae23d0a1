"""The problem as arrays: which ask may be served from which pool. A pool is all cartons that are alike to an ask."""

import random
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from services.resources.allocation.problem import Ask, Lot, Problem

Pool = tuple[str, int, str]
"""Item, pack, restriction or nothing."""


@dataclass(frozen=True)
class Board:
    """`ask`, `pool`, `worth`: per arc; `worth` is what a carton does for that ask, in units of what it asked for."""

    asks: list[Ask]
    pools: list[tuple[Pool, list[Lot]]]
    communities: list[str]
    ask: np.ndarray
    pool: np.ndarray
    worth: np.ndarray
    is_swap: np.ndarray
    asked: np.ndarray
    floors: np.ndarray
    weight: np.ndarray
    community: np.ndarray
    supply: np.ndarray


def board_of(problem: Problem) -> Board:
    """The order in which asks and lots were named changes nothing; the seed decides between equals."""
    communities = sorted({ask.community for ask in problem.asks})
    random.Random(problem.seed).shuffle(communities)
    place = {community: number for number, community in enumerate(communities)}
    asks = sorted(problem.asks, key=lambda ask: (place[ask.community], ask.item, ask.id))
    pools = pools_of(problem)
    arcs = list(arcs_of(problem, asks, pools))
    return Board(
        asks, pools, communities, *(np.array([arc[part] for arc in arcs], dtype=np.int64) for part in range(4)),
        asked=np.array([ask.units for ask in asks], dtype=np.int64),
        floors=np.array([min(ask.floor, ask.units) for ask in asks], dtype=np.int64),
        weight=np.array([ask.weight for ask in asks], dtype=np.int64),
        community=np.array([place[ask.community] for ask in asks], dtype=np.int64),
        supply=np.array([sum(lot.cartons for lot in lots) for _, lots in pools], dtype=np.int64))


def pools_of(problem: Problem) -> list[tuple[Pool, list[Lot]]]:
    pools: dict[Pool, list[Lot]] = defaultdict(list)
    for lot in sorted(problem.lots, key=lambda lot: lot.id):
        is_good = lot.expires_on is None or lot.expires_on >= problem.today
        if lot.cartons > 0 and is_good:
            pools[lot.item, lot.pack, lot.restriction or ""].append(lot)
    return sorted(pools.items())


def arcs_of(problem: Problem, asks: list[Ask], pools: list[tuple[Pool, list[Lot]]]):
    """(ask, pool, worth of a carton, whether it is a substitute)."""
    ratios = {(swap.wanted, swap.given): swap for swap in problem.swaps}
    by_item: dict[str, list[int]] = defaultdict(list)
    for number, ((item, _, _), _) in enumerate(pools):
        by_item[item].append(number)
    stand_ins: dict[str, list[str]] = defaultdict(list)
    for wanted, given in sorted(ratios):
        if wanted != given:
            stand_ins[wanted].append(given)
    for at, ask in enumerate(asks):
        for item in (ask.item, *stand_ins[ask.item]):
            for number in by_item[item]:
                _, pack, restriction = pools[number][0]
                if restriction and restriction not in ask.purposes:
                    continue
                swap = ratios.get((ask.item, item)) if item != ask.item else None
                worth = pack * swap.served // swap.used if swap else pack
                if worth > 0:
                    yield at, number, worth, int(swap is not None)
