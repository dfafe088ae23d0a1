"""Plans for goods that do not suffice: a seeded generator, a validator that trusts no planner, and scores.

70 communities × 50 items in cartons (NumPy's default generator, seed 7): the greedy planner here reaches a lowest fill
of 0.575, a mixed-integer program with 30 seconds 0.624. And a transport of 3,000 offers to 7,000 needs (seed 2).
"""

import json
import subprocess
import sys
import time
from collections import defaultdict
from typing import Any

import numpy as np

from deploy.topology import PROJECT

SOLVER = "services.resources.allocation.solver"
PACKS = (1, 5, 10, 20, 50)
TODAY = "2026-01-01"
TRANSPORTS = ((30, 70, 5), (300, 350, 20), (1000, 1400, 40), (3000, 7000, 60))
"""Offers, needs, items: drawn in this order, so that the last is the published one."""
UNMET = 100_000


def drawn(communities: int, items: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Units asked by community and item, units in a carton of each item, and cartons of each. Drawn in this order."""
    chance = np.random.default_rng(seed)
    packs = chance.choice(PACKS, items)
    demand = chance.integers(0, 120, (communities, items)) * (chance.random((communities, items)) < 0.6)
    return demand, packs, (demand.sum(axis=0) * chance.uniform(0.3, 0.9, items) / packs).astype(int)


def greedy(demand: np.ndarray, packs: np.ndarray, cartons: np.ndarray) -> float:
    """The lowest fill when the next carton always goes to the lowest: what there is most of beside what is unmet."""
    unmet, left, whole = demand.copy(), cartons.copy(), demand.sum(axis=1)
    waiting = set(np.flatnonzero(whole))
    while waiting:
        place = min(waiting, key=lambda one: (-unmet[one].sum() + whole[one]) / whole[one] - whole[one] * 1e-12)
        able = np.flatnonzero((unmet[place] > 0) & (left > 0))
        if not len(able):
            waiting.discard(place)
            continue
        plenty = (left * packs)[able] / unmet.sum(axis=0)[able]
        used = np.minimum(unmet[place, able], packs[able]) / packs[able]
        item = able[np.lexsort((able, -used, -plenty))[0]]
        unmet[place, item] -= min(unmet[place, item], packs[item])
        left[item] -= 1
    return float(1 - (unmet.sum(axis=1)[whole > 0] / whole[whole > 0]).max())


def scarce(communities: int = 70, items: int = 50, seed: int = 7) -> dict[str, Any]:
    """A problem as the planner takes it: demand 0–119 kept with probability 0.6, supply 0.3–0.9 of it in whole cartons."""
    demand, packs, cartons = drawn(communities, items, seed)
    asks = [{"id": f"{place:03}-{item:03}", "community": f"c{place:03}", "item": f"i{item:03}",
             "units": int(demand[place, item])}
            for place in range(communities) for item in range(items) if demand[place, item]]
    lots = [{"id": f"l{item:03}", "item": f"i{item:03}", "pack": int(packs[item]), "cartons": int(cartons[item]),
             "site": "hub"} for item in range(items)]
    return {"asks": asks, "lots": lots, "today": TODAY, "seed": seed}


def transport(seed: int = 2) -> dict[str, Any]:
    """The last of `TRANSPORTS`: arcs between the same item, cost by distance and priority."""
    chance = np.random.default_rng(seed)
    for offers, needs, items in TRANSPORTS:
        item_of_offer, item_of_need = chance.integers(0, items, offers), chance.integers(0, items, needs)
        supply, demand = chance.integers(20, 500, offers), chance.integers(5, 120, needs)
        at_offer, at_need = chance.random((offers, 2)), chance.random((needs, 2))
        priority = chance.integers(0, 100, needs)
    source, target = np.nonzero(item_of_offer[:, None] == item_of_need[None, :])
    distance = np.hypot(*(at_offer[source] - at_need[target]).T)
    cost = np.floor(1000 * distance).astype(int) - 20 * priority[target]
    arrays = {"supply": supply, "demand": demand, "source": source, "target": target, "cost": cost}
    return {name: array.tolist() for name, array in arrays.items()} | {"unmet": UNMET}


def faults(problem: dict[str, Any], proposal: dict[str, Any]) -> list[str]:
    """What is wrong with a plan, told from its problem alone: more than there is, more than was asked beyond the last
    carton, goods for another purpose or past their time, a fill that is not true. Nothing: it holds."""
    asks, lots = ({row["id"]: row for row in problem[kind]} for kind in ("asks", "lots"))
    swaps = {(swap["wanted"], swap["given"]): swap for swap in problem.get("swaps", ())}
    taken: dict[str, int] = defaultdict(int)
    units: dict[str, int] = defaultdict(int)
    worths: dict[str, list[tuple[int, int]]] = defaultdict(list)
    found: list[str] = []
    for one in proposal["given"]:
        ask, lot = asks[one["ask"]], lots[one["lot"]]
        taken[lot["id"]] += one["cartons"]
        units[ask["id"]] += one["units"]
        worth = worth_of(ask, lot, swaps)
        worths[ask["id"]].append((worth, one["cartons"]))
        if one["cartons"] != int(one["cartons"]) or one["cartons"] <= 0:
            found.append(f"{ask['id']}: not whole cartons")
        if not worth or not may_serve(ask, lot, problem["today"]):
            found.append(f"{ask['id']}: {lot['id']} may not serve it")
    found += [f"{lot}: {count} cartons of {lots[lot]['cartons']}" for lot, count in taken.items()
              if count > lots[lot]["cartons"]]
    for ask, parts in worths.items():
        brought = sum(worth * cartons for worth, cartons in parts)
        if units[ask] != min(brought, asks[ask]["units"]):
            found.append(f"{ask}: {units[ask]} units of use are not true")
        if brought - asks[ask]["units"] >= max(worth for worth, _ in parts):
            found.append(f"{ask}: a whole carton more than was asked for")
    return found + floors_missed(problem, proposal, units, taken, swaps)


def worth_of(ask: dict[str, Any], lot: dict[str, Any], swaps: dict[tuple[str, str], Any]) -> int:
    if ask["item"] == lot["item"]:
        return lot["pack"]
    swap = swaps.get((ask["item"], lot["item"]))
    return lot["pack"] * swap["served"] // swap["used"] if swap else 0


def may_serve(ask: dict[str, Any], lot: dict[str, Any], today: str) -> bool:
    restriction, expires_on = lot.get("restriction"), lot.get("expires_on")
    fits = restriction is None or restriction in ask.get("purposes", ())
    return fits and (expires_on is None or expires_on >= today)


def floors_missed(problem, proposal, units, taken, swaps) -> list[str]:
    """A floor is missed rightly only when every lot that could serve it is used up, and by floors."""
    asks, lots = ({row["id"]: row for row in problem[kind]} for kind in ("asks", "lots"))
    floor = {id: min(ask.get("floor", 0), ask["units"]) for id, ask in asks.items()}
    found: list[str] = []
    for ask in (asks[id] for id in asks if units[id] < floor[id]):
        able = {id for id, lot in lots.items() if worth_of(ask, lot, swaps) and may_serve(ask, lot, problem["today"])}
        found += [f"{ask['id']}: its floor is missed while {id} has cartons left"
                  for id in sorted(able) if taken[id] < lots[id]["cartons"]]
        brought: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for one in proposal["given"]:
            if one["lot"] in able:
                brought[one["ask"]].append((worth_of(asks[one["ask"]], lots[one["lot"]], swaps), one["cartons"]))
        found += [f"{ask['id']}: its floor is missed while {other} has more than its own"
                  for other, parts in brought.items()
                  if sum(worth * cartons for worth, cartons in parts) >= floor[other] + max(worth for worth, _ in parts)]
    return found


def solved(asked: dict[str, Any]) -> tuple[dict[str, Any], float]:
    """The answer of the planner's own process, and how long that took from beginning to end."""
    begun = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-m", SOLVER], input=json.dumps(asked), text=True, capture_output=True, check=True, cwd=PROJECT)
    return json.loads(run.stdout), time.perf_counter() - begun


def allocation() -> dict[str, Any]:
    """Seconds are of planning alone; `whole_process_s` counts the start of the process and the libraries, too."""
    problem = scarce()
    plan, whole = solved({"problem": problem})
    again, _ = solved({"problem": problem | {"asks": problem["asks"][::-1]}})
    metrics = plan["proposal"]["metrics"]
    moved, whole_of_transport = solved({"transport": transport()})
    return {
        "fair_plan": {
            "minimum_fill": round(metrics["minimum_fill"], 4), "greedy_minimum_fill": round(greedy(*drawn(70, 50, 7)), 4),
            "gini": round(metrics["gini"], 4),
            "jain": round(metrics["jain"], 4), "total_units": metrics["total_units"],
            "seconds": round(plan["seconds"], 3), "whole_process_s": round(whole, 3),
            "faults": len(faults(problem, plan["proposal"])), "same_again": plan["proposal"] == again["proposal"],
        },
        "transport": {"seconds": round(moved["seconds"], 3), "whole_process_s": round(whole_of_transport, 3),
                      "cost": moved["cost"]},
    }
