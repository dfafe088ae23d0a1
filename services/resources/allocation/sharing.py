"""Shares scarce cartons: a linear program makes the worst-off community as well off as can be, then the next one, and
hands out as much as possible; what it splits is rounded down to whole cartons and put right by `repair`."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix, csr_matrix, vstack

from services.resources.allocation.board import Board
from services.resources.allocation.repair import repaired

MOST_ROUNDS = 5
"""Each fixes the communities that can get no more; after that the total decides."""
TOTAL = 1e-6
"""What a unit counts beside the whole of the lowest fill."""
NEARLY = 1e-7


@dataclass(frozen=True)
class Stake:
    """What is to be shared: `units` per ask, `supply` per pool; a community's fill is (base + units got) ÷ whole."""

    units: np.ndarray
    supply: np.ndarray
    base: np.ndarray
    whole: np.ndarray


def shared(board: Board, stake: Stake) -> np.ndarray:
    """Cartons per arc."""
    if not len(board.ask) or not stake.units.any() or not stake.supply.any():
        return np.zeros(len(board.ask), dtype=np.int64)
    program = Program(board, stake)
    return repaired(board, stake, program.whole_cartons())


class Program:
    """Columns: per arc the cartons that are of use as a whole, then per arc the last one, of which a part is of use,
    then the lowest fill. So the program is as tight as whole cartons allow."""

    def __init__(self, board: Board, stake: Stake) -> None:
        self.board, self.stake = board, stake
        units, worth = stake.units[board.ask], board.worth
        self.arcs = len(board.ask)
        self.rest = units % worth
        self.values = np.concatenate([worth, self.rest]).astype(float)
        self.upper = np.concatenate([units // worth, (self.rest > 0).astype(np.int64)])
        ask, pool = np.tile(board.ask, 2), np.tile(board.pool, 2)
        self.community = board.community[ask]
        self.of_pool = self.rows(pool, np.ones(len(pool)), len(stake.supply))
        self.of_ask = self.rows(ask, self.values, len(stake.units))
        self.of_community = self.rows(self.community, self.values, len(stake.base))
        best = np.minimum(stake.units, np.bincount(
            board.ask, worth * stake.supply[board.pool], minlength=len(stake.units)))
        self.could_get = np.bincount(board.community, best, minlength=len(stake.base)) > 0
        self.gain = self.values * board.weight[ask] * (1 - 0.01 * np.tile(board.is_swap, 2))

    def rows(self, at: np.ndarray, values: np.ndarray, count: int) -> csr_matrix:
        columns = np.arange(2 * self.arcs)
        return coo_matrix((values, (at, columns)), shape=(count, 2 * self.arcs + 1)).tocsr()

    def whole_cartons(self) -> np.ndarray:
        """The solution of the last round, rounded down."""
        fixed = np.full(len(self.stake.base), np.nan)
        solution = np.zeros(2 * self.arcs)
        for _ in range(MOST_ROUNDS):
            rising = self.could_get & np.isnan(fixed)
            if not rising.any():
                break
            result = self.round(fixed, rising)
            if result.x is None:
                break
            solution, lowest = result.x[:-1], result.x[-1]
            bound = rising.copy()
            bound[rising] = result.ineqlin.marginals[-rising.sum():] < -NEARLY
            if not bound.any():
                break
            fixed[bound] = lowest - NEARLY
        whole = np.floor(solution + NEARLY).astype(np.int64)
        return whole[:self.arcs] + whole[self.arcs:]

    def round(self, fixed: np.ndarray, rising: np.ndarray):
        """Maximises the lowest fill of those that may still rise; nobody falls below what is fixed."""
        stake = self.stake
        at_least = np.flatnonzero(~np.isnan(fixed))
        keep = -self.of_community[at_least]
        lowest = np.zeros((int(rising.sum()), 2 * self.arcs + 1))
        lowest[:, -1] = stake.whole[rising]
        up = csr_matrix(lowest) - self.of_community[np.flatnonzero(rising)]
        limits = vstack([self.of_pool, self.of_ask, keep, up]).tocsr()
        bounds = np.concatenate([
            stake.supply, stake.units, stake.base[at_least] - fixed[at_least] * stake.whole[at_least],
            stake.base[rising]])
        objective = np.append(-TOTAL / 100 * self.gain, -1.0)
        upper = np.append(self.upper, 10.0)
        return linprog(objective, A_ub=limits, b_ub=bounds, bounds=np.column_stack([np.zeros(len(upper)), upper]),
                       method="highs")
