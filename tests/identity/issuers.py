"""The same tests under each issuer, chosen by configuration alone: `issuer_settings` is what a service is told.

Ours, a double with keys of its own, and the certified provider in node, where there is node.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.identity.external_provider import ExternalProvider, external_provider, why_not
from tests.identity.signers import OURS, Signer, double, trust_file

WHOSE = ("ours", "double", "external")


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExternalProvider]:
    if reason := why_not():
        pytest.skip(reason)
    with external_provider(tmp_path_factory.mktemp("external")) as running:
        yield running


@pytest.fixture(scope="session", params=WHOSE)
def whose(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Signer:
    if request.param == "external":
        return request.getfixturevalue("provider")
    return OURS if request.param == "ours" else double(tmp_path_factory.mktemp("double"))


@pytest.fixture
def issuer_settings(whose: Signer, tmp_path: Path) -> dict[str, Any]:
    return {} if whose is OURS else {"trusted_issuers_file": trust_file(tmp_path, whose.trusted)}
