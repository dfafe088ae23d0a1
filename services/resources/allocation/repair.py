"""Whole cartons put right: what rounding left over goes to whoever is worst off, and they get one of a community that
stays better off without it."""

from typing import TYPE_CHECKING

import numpy as np

from services.resources.allocation.board import Board

if TYPE_CHECKING:
    from services.resources.allocation.sharing import Stake

MOST_MOVES = 3000


class Table:
    """Cartons per arc, and what follows from them."""

    def __init__(self, board: Board, stake: "Stake", cartons: np.ndarray) -> None:
        self.board, self.stake, self.cartons = board, stake, cartons.copy()
        self.brought = np.bincount(board.ask, cartons * board.worth, minlength=len(stake.units)).astype(np.int64)
        self.left = stake.supply - np.bincount(board.pool, cartons, minlength=len(stake.supply)).astype(np.int64)
        got = np.minimum(self.brought, stake.units)
        self.got = np.bincount(board.community, got, minlength=len(stake.base)).astype(np.int64)
        self.of = board.community[board.ask]

    def gains(self) -> np.ndarray:
        """Units of use that one more carton brings, per arc."""
        unmet = self.stake.units - self.brought
        return np.clip(np.minimum(unmet[self.board.ask], self.board.worth), 0, None)

    def losses(self) -> np.ndarray:
        """Units of use that one carton fewer takes, per arc."""
        ask = self.board.ask
        before = np.minimum(self.brought, self.stake.units)[ask]
        return before - np.minimum(self.brought[ask] - self.board.worth, self.stake.units[ask])

    def fills(self) -> np.ndarray:
        return (self.stake.base + self.got) / np.maximum(self.stake.whole, 1)

    def move(self, arc: int, cartons: int) -> None:
        ask = self.board.ask[arc]
        before = min(self.brought[ask], self.stake.units[ask])
        self.cartons[arc] += cartons
        self.brought[ask] += cartons * self.board.worth[arc]
        self.left[self.board.pool[arc]] -= cartons
        self.got[self.of[arc]] += min(self.brought[ask], self.stake.units[ask]) - before


def repaired(board: Board, stake: "Stake", cartons: np.ndarray) -> np.ndarray:
    table = Table(board, stake, cartons)
    for _ in range(MOST_MOVES):
        if not (hand_out(table) or pass_on(table)):
            break
    return table.cartons


def hand_out(table: Table) -> bool:
    """One carton that is left over, to the community with the lowest fill that can use one; the one best used."""
    gains = np.where(table.left[table.board.pool] > 0, table.gains(), 0)
    able = np.flatnonzero(gains)
    if not len(able):
        return False
    fills = table.fills()[table.of[able]]
    able = able[fills == fills.min()]
    used = gains[able] / table.board.worth[able]
    table.move(able[np.lexsort((able, -gains[able], -used))[0]], 1)
    return True


def pass_on(table: Table) -> bool:
    """One carton to the community with the lowest fill that wants any, from one that stays above that fill."""
    fills, gains, whole = table.fills(), table.gains(), np.maximum(table.stake.whole, 1)
    takers, givers = np.flatnonzero(gains), np.flatnonzero(table.cartons)
    if not len(takers) or not len(givers):
        return False
    lowest = fills[table.of[takers]].min()
    takers = takers[fills[table.of[takers]] == lowest]
    after_giving = fills[table.of[givers]] - table.losses()[givers] / whole[table.of[givers]]
    after_taking = lowest + gains[takers] / whole[table.of[takers]]
    same = table.board.pool[takers][:, None] == table.board.pool[givers][None, :]
    other = table.of[takers][:, None] != table.of[givers][None, :]
    worse = np.where(same & other, np.minimum(after_taking[:, None], after_giving[None, :]), -1.0)
    best = int(worse.argmax())
    if worse.flat[best] <= lowest + 1e-12:
        return False
    taker, giver = np.unravel_index(best, worse.shape)
    table.move(givers[giver], -1)
    table.move(takers[taker], 1)
    return True
