"""The process that plans: `python -m services.resources.allocation.solver`, one problem as JSON on standard input, one
answer on standard output. It ends when it has answered, and with it the memory of the numerical libraries.

`{"problem": …}` gives `{"proposal": …, "seconds": …}`; `{"transport": …}` gives `{"cost": …, "seconds": …}`, whose
problem is arrays: supply, demand, source, target, cost, and the cost of a unit that stays unmet.
"""

import json
import sys
import time

import numpy as np

from services.resources.allocation.flow import cheapest
from services.resources.allocation.plan import propose
from services.resources.allocation.problem import Problem


def answered(asked: dict) -> dict:
    if "transport" in asked:
        transport = asked["transport"]
        arrays = [np.array(transport[name], dtype=np.int64) for name in ("supply", "demand", "source", "target", "cost")]
        begun = time.perf_counter()
        flows, cost = cheapest(*arrays, unmet=transport["unmet"])
        return {"flows": flows.tolist(), "cost": cost, "seconds": time.perf_counter() - begun}
    problem = Problem.model_validate(asked["problem"])
    begun = time.perf_counter()
    proposal = propose(problem)
    return {"proposal": proposal.model_dump(mode="json"), "seconds": time.perf_counter() - begun}


if __name__ == "__main__":
    json.dump(answered(json.load(sys.stdin)), sys.stdout)
