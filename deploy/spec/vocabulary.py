"""Who hears which event, read from the services' source without importing it: they may be in the middle of a change."""

import ast
import importlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from deploy.topology import PROJECT, SERVICES
from shared.events import Payload

Vocabulary = dict[str, set[str]]
"""Event type → services."""


def heard() -> Vocabulary:
    """What a service's listeners.py registers: `@listeners.on(volunteer.HazardClosed)`."""
    found: Vocabulary = defaultdict(set)
    for service in SERVICES:
        tree, names = read(PROJECT / "services" / service / "listeners.py")
        for node in ast.walk(tree):
            if is_registration(node):
                for payload in payloads_in(node.args, names):
                    found[payload.event_type].add(service)
    return found


def read(path: Path) -> tuple[ast.Module, dict[str, object]]:
    """The syntax tree, and what its imports from shared.events bind."""
    tree = ast.parse(path.read_text() if path.exists() else "", filename=str(path))
    names: dict[str, object] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shared.events"):
            module = importlib.import_module(node.module)
            names |= {alias.asname or alias.name: getattr(module, alias.name) for alias in node.names}
    return tree, names


def payloads_in(nodes: list[ast.AST], names: dict[str, object]) -> Iterator[type[Payload]]:
    for node in nodes:
        for part in ast.walk(node):
            value = value_of(part, names)
            if isinstance(value, type) and issubclass(value, Payload) and hasattr(value, "event_type"):
                yield value


def value_of(node: ast.AST, names: dict[str, object]) -> object:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        return getattr(value_of(node.value, names), node.attr, None)
    return None


def is_registration(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "on"

