"""One vocabulary: what is heard is said, what is said is registered, and nothing is registered for nobody."""

import ast
import importlib
from collections import defaultdict
from pathlib import Path

import pytest

from deploy.spec.vocabulary import Vocabulary, heard, is_registration, payloads_in, read
from deploy.topology import APPLICATIONS, PROJECT, SERVICES, module_of
from shared.events import REGISTRY


class WithoutHearing(ast.NodeTransformer):
    """Drops what mentions an event that somebody else says: registrations and annotations."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        return ast.Pass() if is_registration(node) else self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(arg=node.arg)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        return self.visit(node.value) if node.value else ast.Pass()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef


def said_in(path: Path) -> set[str]:
    """What a file mentions as a value: constructs, hands to `tell`, or keeps in a table of what to say when."""
    tree, names = read(path)
    return {payload.event_type for payload in payloads_in([WithoutHearing().visit(tree)], names)}


def said() -> Vocabulary:
    found: Vocabulary = defaultdict(set)
    for application in APPLICATIONS:
        package = PROJECT.joinpath(*module_of(application).split(".")[:2])
        for path in package.rglob("*.py"):
            for name in said_in(path):
                found[name].add(application)
    return found


SAID, HEARD = said(), heard()


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_an_event_is_said_by_its_service_alone(name: str) -> None:
    assert SAID.get(name, set()) == {name.partition(".")[0]}, f"{name} is registered, and said by {SAID.get(name)}"


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_hears_is_registered(service: str) -> None:
    module, _, attribute = module_of(service).partition(":")
    listeners = getattr(importlib.import_module(module), attribute).state.listeners
    assert set(listeners.handlers) == {name for name, services in HEARD.items() if service in services}, (
        "the catalogue reads `@listeners.on(...)` in listeners.py; register nowhere else")
    assert set(listeners.handlers) <= set(REGISTRY)


def test_values_are_told_from_annotations_and_registrations(tmp_path: Path) -> None:
    source = tmp_path / "listeners.py"
    source.write_text(
        "from shared.events import volunteer as events\n"
        "from shared.events.mediation import OpinionAnswered, OpinionReceived\n"
        "SAY = {'close': events.HazardClosed}\n"
        "kept: OpinionReceived\n"
        "@listeners.on(OpinionReceived)\n"
        "async def hear(event: OpinionReceived) -> OpinionReceived:\n"
        "    emit(tx, OpinionAnswered(opinion_id=event.opinion_id))\n"
    )
    assert said_in(source) == {"volunteer.hazard.closed.v1", "mediation.opinion.answered.v1"}
