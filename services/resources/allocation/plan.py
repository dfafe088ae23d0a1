"""One pure function from a problem to a proposal: the floor for life-safety, then fair shares in whole cartons, then
which lots, the nearest and those that go off first. Same problem, same proposal."""

from collections import defaultdict

import numpy as np

from services.resources.allocation.board import Board, board_of
from services.resources.allocation.fairness import gini, jain
from services.resources.allocation.flow import cheapest
from services.resources.allocation.problem import Given, Lot, Metrics, Past, Problem, Proposal, Reason
from services.resources.allocation.sharing import Stake, shared

METHOD = "floor-maxmin-total-nearest/1"
NO_EXPIRY = 99_999
"""Days: goods that do not go off come last."""
NOTHING = Past(asked=0, got=0)


def propose(problem: Problem) -> Proposal:
    board = board_of(problem)
    floors = shared(board, floor_stake(board))
    fair = shared(board, fair_stake(problem, board, floors))
    given = dealt(problem, board, floors + fair)
    return Proposal(
        method=METHOD, given=tuple(given), reasons=tuple(reasons_of(board, floors, fair)),
        metrics=metrics_of(problem, board, given))


def useful(board: Board, cartons: np.ndarray) -> np.ndarray:
    """Units of use per ask."""
    brought = np.bincount(board.ask, cartons * board.worth, minlength=len(board.asks)).astype(np.int64)
    return np.minimum(brought, board.asked)


def by_community(board: Board, units: np.ndarray) -> np.ndarray:
    return np.bincount(board.community, units, minlength=len(board.communities)).astype(np.int64)


def floor_stake(board: Board) -> Stake:
    """Only what is asked for life-safety, whatever anybody got before."""
    return Stake(board.floors, board.supply, np.zeros(len(board.communities), dtype=np.int64),
                 by_community(board, board.floors))


def fair_stake(problem: Problem, board: Board, floors: np.ndarray) -> Stake:
    """What is still open. Yesterday's luck counts; a weighty need makes its community look emptier."""
    has = useful(board, floors)
    past = [problem.past.get(community, NOTHING) for community in board.communities]
    return Stake(
        units=board.asked - has,
        supply=board.supply - np.bincount(board.pool, floors, minlength=len(board.supply)).astype(np.int64),
        base=by_community(board, has) + np.array([one.got for one in past], dtype=np.int64),
        whole=np.array([one.asked for one in past]) + by_community(board, board.asked * board.weight) / 100)


def dealt(problem: Problem, board: Board, cartons: np.ndarray) -> list[Given]:
    """Lots for the cartons, pool by pool; the units of use are counted over an ask's cartons in order."""
    left = {ask.id: ask.units for ask in board.asks}
    given: list[Given] = []
    for number, (_, lots) in enumerate(board.pools):
        arcs = np.flatnonzero((board.pool == number) & (cartons > 0))
        for arc, lot, count in chosen(problem, board, arcs, lots, cartons):
            ask = board.asks[board.ask[arc]]
            units = min(left[ask.id], count * int(board.worth[arc]))
            left[ask.id] -= units
            given.append(Given(ask=ask.id, lot=lot.id, cartons=count, units=units))
    return given


def chosen(
    problem: Problem, board: Board, arcs: np.ndarray, lots: list[Lot], cartons: np.ndarray,
) -> list[tuple[int, Lot, int]]:
    """(arc, lot, cartons) with the fewest carton-metres, and of equals the soonest expiry."""
    if not len(arcs):
        return []
    if len(lots) == 1:
        return [(int(arc), lots[0], int(cartons[arc])) for arc in arcs]
    source, target = (grid.ravel() for grid in np.meshgrid(np.arange(len(lots)), np.arange(len(arcs))))
    cost = np.array([
        metres(problem, lots[lot], board.asks[board.ask[arcs[at]]].community) * (NO_EXPIRY + 1)
        + days_left(problem, lots[lot]) for lot, at in zip(source, target, strict=True)], dtype=np.int64)
    supply = np.array([lot.cartons for lot in lots], dtype=np.int64)
    flows, _ = cheapest(supply, cartons[arcs], source, target, cost, unmet=int(cost.max()) + 1)
    return [(int(arcs[at]), lots[lot], int(count))
            for lot, at, count in zip(source, target, flows, strict=True) if count > 0]


def metres(problem: Problem, lot: Lot, community: str) -> int:
    return problem.metres.get(lot.site, {}).get(community, 0)


def days_left(problem: Problem, lot: Lot) -> int:
    return min(NO_EXPIRY, (lot.expires_on - problem.today).days) if lot.expires_on else NO_EXPIRY


def reasons_of(board: Board, floors: np.ndarray, fair: np.ndarray) -> list[Reason]:
    by_floor, units = useful(board, floors), useful(board, floors + fair)
    has_any = np.bincount(board.ask, minlength=len(board.asks)) > 0
    return [
        Reason(ask=ask.id, units=int(units[at]),
               by_step={"floor": int(by_floor[at]), "fair_share": int(units[at] - by_floor[at])},
               limit="met" if units[at] == ask.units else "used_up" if has_any[at] else "none_in_stock")
        for at, ask in enumerate(board.asks)
    ]


def metrics_of(problem: Problem, board: Board, given: list[Given]) -> Metrics:
    got: dict[str, int] = defaultdict(int)
    for one in given:
        got[one.ask] += one.units
    asked_by, got_by, unmet = defaultdict(int), defaultdict(int), defaultdict(int)
    for ask in board.asks:
        asked_by[ask.community] += ask.units
        got_by[ask.community] += got[ask.id]
        unmet[ask.item] += ask.units - got[ask.id]
    fills = [got_by[community] / asked_by[community] for community in sorted(asked_by)]
    past = {community: problem.past.get(community, NOTHING) for community in asked_by}
    cumulative = [(past[one].got + got_by[one]) / (past[one].asked + asked_by[one]) for one in asked_by]
    return Metrics(
        minimum_fill=min(fills, default=1.0), minimum_cumulative_fill=min(cumulative, default=1.0),
        gini=gini(fills), jain=jain(fills), total_units=sum(got_by.values()),
        carton_metres=carton_metres(problem, board, given), waste_units=waste(problem, board, given),
        unmet_by_item={item: units for item, units in sorted(unmet.items()) if units})


def carton_metres(problem: Problem, board: Board, given: list[Given]) -> int:
    lots = {lot.id: lot for lot in problem.lots}
    home = {ask.id: ask.community for ask in board.asks}
    return sum(one.cartons * metres(problem, lots[one.lot], home[one.ask]) for one in given)


def waste(problem: Problem, board: Board, given: list[Given]) -> int:
    """Units of use that lie in cartons beyond what was asked for."""
    worth = {(board.asks[ask].id, lot.id): int(value)
             for ask, pool, value in zip(board.ask, board.pool, board.worth, strict=True)
             for lot in board.pools[pool][1]}
    return sum(one.cartons * worth[one.ask, one.lot] - one.units for one in given)
