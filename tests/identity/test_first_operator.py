"""An empty installation has nobody who could invite anybody: the first operator is invited from the command line."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.topology import PROJECT
from shared.identity.first_operator import ThereIsOne, invite_first
from shared.reach import EVERYWHERE
from shared.testing import NOBODY_LISTENS, field_keys_file
from shared.testing.databases import password_file
from tests.identity.conftest import ISSUER, RunningIssuer, running_issuer
from tests.identity.people import Member, accounts
from tests.identity.test_token_api import NOW

pytestmark = pytest.mark.anyio


@pytest.fixture
async def issuer(database_url: str, secrets: Path):
    async with running_issuer(database_url, secrets, persona_password_file=None) as running:
        running.at(NOW)
        yield running


async def invited(issuer: RunningIssuer, username: str) -> str:
    async with issuer.state.database.transaction(EVERYWHERE) as tx:
        return (await invite_first(tx, username, NOW)).invitation


async def test_the_first_operator_is_invited_until_they_have_come(issuer: RunningIssuer) -> None:
    lost, kept = await invited(issuer, "li.na"), await invited(issuer, "li.na")
    [account] = await accounts(issuer)
    answer = await issuer.client.post("/v1/sign-in/invitations/open", json={"invitation": lost, "password": "a b c d e f g"})
    assert answer.status_code == 400
    member = Member(issuer, "li.na", str(account.id))
    await member.enrol(kept)
    assert (await member.prove()).account_id == account.id
    for username in ("li.na", "wang.fang"):
        with pytest.raises(ThereIsOne):
            await invited(issuer, username)


async def test_by_the_command_in_the_issuers_environment(issuer: RunningIssuer, database_url: str, secrets: Path) -> None:
    environment = {
        "PATH": "/usr/bin:/bin", "DATABASE_URL": database_url, "ISSUER_URL": ISSUER, "NATS_URL": NOBODY_LISTENS,
        "DATABASE_PASSWORD_FILE": str(password_file("linli_identity_app")),
        "FIELD_KEYS_FILE": str(field_keys_file("identity")), "SIGNING_KEY_FILE": str(secrets / "signing_key.json")}

    def run(username: str) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, "-m", "shared.identity.first_operator", username], cwd=PROJECT,
                              env=environment, capture_output=True, text=True)

    done = run("li.na")
    assert done.returncode == 0, done.stderr
    [account] = await accounts(issuer)
    await Member(issuer, "li.na", str(account.id)).enrol(done.stdout.strip())
    assert (run("wang.fang").returncode, run("Not A Name").returncode) == (1, 2)
