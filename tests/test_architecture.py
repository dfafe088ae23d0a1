"""The house's rules about who may import whom, what a file is called, and how long it may be. Read from the source."""

import ast
import re
import sys
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from deploy.topology import PROJECT, SERVICES

FOLDERS = ("services", "shared", "deploy", "tests")
CODE = sorted(path.relative_to(PROJECT) for folder in FOLDERS for path in (PROJECT / folder).rglob("*.py"))
FEATURES = sorted(path.parent for path in CODE if path.name == "routes.py" and path.parts[0] == "services")

LONGEST_FILE, LONGEST_TEST_FILE, LONGEST_FUNCTION = 300, 450, 45

FORBIDDEN_NAMES = frozenset(
    {"util", "utils", "helper", "helpers", "common", "misc", "base", "manager", "managers", "service", "services"})
"""Names that say nothing of what is inside, and so gather everything."""

IO_OF_STANDARD_LIBRARY = frozenset({
    "asyncio", "concurrent", "ftplib", "glob", "http", "io", "logging", "multiprocessing", "os", "pathlib",
    "pickle", "random", "secrets", "select", "shutil", "signal", "smtplib", "socket", "sqlite3", "ssl", "subprocess",
    "sys", "tempfile", "threading", "time", "urllib",
})
"""Also chance and the clock: a rule is told `now`, and decides the same way twice."""

IO_LIBRARIES = frozenset({
    "aiohttp", "alembic", "asyncpg", "fastapi", "httpx", "nats", "prometheus_client", "psycopg", "requests", "sqlalchemy",
    "sqlmodel", "starlette", "structlog", "uvicorn",
})

PURE_OF_CLOCK = frozenset({"shared.clock.local_day", "shared.clock.LOCAL_ZONE"})
"""What a rule may take of shared.clock, which otherwise tells the time."""


def module_of(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse((PROJECT / path).read_text(), filename=str(path))


@cache
def imports_of(path: Path) -> tuple[str, ...]:
    """Everything a file imports, absolute, with the imported names: `shared.db.Tx`."""
    package = module_of(path).split(".") if path.name == "__init__.py" else module_of(path).split(".")[:-1]
    found: list[str] = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            above = package[:len(package) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            found += [f"{origin}.{alias.name}" for alias in node.names]
    return tuple(found)


def is_in(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def files(*, below: str, named: str = "*.py") -> list[Path]:
    return [path for path in CODE if path.is_relative_to(below) and path.match(named)]


def violations(paths: list[Path], forbidden, why: str) -> list[str]:
    return [f"{path} imports {name}: {why}" for path in paths for name in imports_of(path) if forbidden(name)]


def expect_none(found: list[str]) -> None:
    assert not found, "\n" + "\n".join(found)


def test_there_is_something_to_look_at() -> None:
    """A wrong folder would make every other test here pass."""
    assert len(FEATURES) >= len(SERVICES)
    assert {path.parts[1] for path in FEATURES} == set(SERVICES)
    assert "shared.events.REGISTRY" in imports_of(Path("deploy/spec/schemas.py"))
    assert "shared.events.envelope.Code" in imports_of(Path("shared/events/volunteer.py"))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_never_imports_another(service: str) -> None:
    others = [f"services.{other}" for other in SERVICES if other != service]
    expect_none(violations(
        files(below=f"services/{service}"), lambda name: is_in(name, *others),
        "services meet in events (shared.events) and over HTTP (shared.http.peers) only"))


def test_shared_knows_no_service_and_no_deployment() -> None:
    expect_none(violations(
        files(below="shared"), lambda name: is_in(name, "services", "deploy", "tests"),
        "shared is what services stand on; hand it in as an argument"))


def test_services_know_no_deployment() -> None:
    expect_none(violations(
        files(below="services"), lambda name: is_in(name, "deploy", "tests", "shared.testing", "pytest"),
        "a service runs wherever it is told to; what it needs comes from shared.settings"))


def test_deployment_knows_nothing_of_the_domain() -> None:
    expect_none(violations(
        files(below="deploy"), lambda name: is_in(name, "services", "tests", "shared.testing", "pytest"),
        "deploy starts services by name (deploy.topology) and talks to them over HTTP"))


def test_the_contract_needs_pydantic_alone() -> None:
    expect_none(violations(
        files(below="shared/events"),
        lambda name: not is_in(name, "shared.events", "pydantic", *sys.stdlib_module_names),
        "integrators install shared/events by itself"))
    absolute = [
        f"{path}:{node.lineno} is not relative: by itself the package is called linli_events"
        for path in files(below="shared/events") for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and not node.level and is_in(node.module or "", "shared")
    ]
    expect_none(absolute)


def test_rules_do_no_input_or_output() -> None:
    expect_none(violations(
        files(below="services", named="rules.py"), not_for_rules,
        "rules are pure: (state, intent, now) -> new state, or a Problem"))


def not_for_rules(name: str) -> bool:
    """Itself, or through a module of ours; models.py may, because of its tables (see the next test)."""
    return does_io(name) or (name not in PURE_OF_CLOCK and any(
        does_io(imported) for path in modules_behind(name) for imported in imports_of(path)))


def does_io(name: str) -> bool:
    return is_in(name, *IO_OF_STANDARD_LIBRARY, *IO_LIBRARIES)


@cache
def modules_behind(name: str) -> frozenset[Path]:
    """The module of ours that `name` is or is in, its packages, and what these import in turn; never a models.py."""
    reached: set[Path] = set()
    waiting = [name]
    while waiting:
        for path in modules_of(waiting.pop()) - reached:
            reached.add(path)
            waiting += imports_of(path)
    return frozenset(reached)


def modules_of(name: str) -> set[Path]:
    parts = name.split(".") if is_in(name, "shared", "services") else []
    stems = [Path(*parts[:count]) for count in range(1, len(parts) + 1) if parts[count - 1] != "models"]
    return {path for stem in stems for path in (stem.with_suffix(".py"), stem / "__init__.py")} & set(CODE)


def test_rules_take_no_tables() -> None:
    """Of models.py a rule imports the vocabulary and the plain schemas; a row is loaded and saved by actions."""
    expect_none(violations(
        files(below="services", named="rules.py"), lambda name: name in tables(),
        "a rule is given values, not rows of the database"))


@cache
def tables() -> frozenset[str]:
    return frozenset(
        f"{module_of(path)}.{node.name}"
        for path in files(below="services") for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and any(keyword.arg == "table" for keyword in node.keywords)
    )


def test_actions_know_no_http() -> None:
    expect_none(violations(
        files(below="services", named="actions.py"),
        lambda name: is_in(name, "fastapi", "starlette", "shared.identity.caller") or ".routes" in name,
        "actions are called from routes and from listeners alike"))


def test_routes_speak_http_only() -> None:
    expect_none(violations(
        files(below="services", named="routes.py"),
        lambda name: is_in(name, "asyncpg", "nats", "httpx", "shared.messaging", "shared.events")
        or ".listeners" in name or is_in(name, *(f"services.{service}.tables" for service in SERVICES)),
        "routes parse, call one action and shape the answer"))


def test_only_main_imports_routes() -> None:
    expect_none(violations(
        [path for path in files(below="services") if path.name != "main.py"],
        lambda name: "routes" in name.split("."),
        "share an action or a model of that feature, not its routes"))


def test_only_main_imports_listeners() -> None:
    expect_none(violations(
        [path for path in files(below="services") if path.name != "main.py"],
        lambda name: is_in(name, "services") and "listeners" in name.split("."),
        "what two callers need is an action"))


@pytest.mark.parametrize("feature", FEATURES, ids=str)
def test_a_feature_folder_has_its_four_rooms(feature: Path) -> None:
    missing = {"models.py", "rules.py", "actions.py"} - {path.name for path in CODE if path.parent == feature}
    assert not missing, f"{feature} has routes.py, so it needs {', '.join(sorted(missing))} too"


def test_names_say_what_is_inside() -> None:
    named = {path: {path.stem, *path.parent.parts[1:]} for path in CODE if path.stem not in ("__init__", "__main__")}
    expect_none([f"{path}: {', '.join(sorted(names & FORBIDDEN_NAMES))} says nothing of what is inside"
                 for path, names in named.items() if names & FORBIDDEN_NAMES])


def test_files_are_short() -> None:
    lengths = {path: (PROJECT / path).read_text().count("\n") for path in CODE if "migrations" not in path.parts}
    expect_none([
        f"{path} has {length} lines, more than {limit}: it is usually two capabilities" for path, length in lengths.items()
        if length > (limit := LONGEST_TEST_FILE if path.parts[0] == "tests" else LONGEST_FILE)
    ])


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_functions_are_short() -> None:
    expect_none([
        f"{path}:{function.lineno} {function.name} has {length} lines, more than {LONGEST_FUNCTION}"
        for path in CODE if path.parts[0] != "tests" and "migrations" not in path.parts
        for function in functions_of(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    ])


UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def test_nothing_is_left_to_do_in_a_comment() -> None:
    expect_none([f"{path}:{line} {comment}" for path in CODE for line, comment in comments_of(path)
                 if UNFINISHED.search(comment)])


def comments_of(path: Path) -> Iterator[tuple[int, str]]:
    with (PROJECT / path).open("rb") as source:
        for token in tokenize.tokenize(source.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
