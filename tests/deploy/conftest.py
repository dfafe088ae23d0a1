"""Real servers of these tests' own, and those who run them."""

import os
import sys
from collections.abc import Iterator

import pytest
from runners import Runner, runner_of

from deploy.keys import Keys
from deploy.local import Nats


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys") / "secrets").make()


@pytest.fixture(scope="module")
def nats_server(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> Iterator[Nats]:
    folder = tmp_path_factory.mktemp("nats")
    server = Nats(folder / "store", folder / "logs", keys)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def ourselves() -> Runner:
    return Runner("ourselves", sys.executable, {})


@pytest.fixture(params=["ourselves", "plain user"])
def runner(request: pytest.FixtureRequest, ourselves: Runner) -> Runner:
    """Ourselves; and, when that is root, a plain user as well."""
    if request.param == "ourselves":
        return ourselves
    if os.geteuid() != 0:
        pytest.skip("only root can lend an account")
    found = runner_of("nobody")
    if found is None:
        pytest.skip("the project or its Python is in a folder that a plain user cannot reach")
    return found


@pytest.fixture
def plain_user(ourselves: Runner) -> Runner:
    """A plain user where root can lend one, else ourselves."""
    return (runner_of("nobody") if os.geteuid() == 0 else None) or ourselves
