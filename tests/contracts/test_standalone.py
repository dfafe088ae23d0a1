"""An integrator installs the contract by itself: one wheel, pydantic alone, and ten lines to subscribe."""

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy import streams
from deploy.keys import Keys
from deploy.local.nats import Nats
from deploy.spec.committed import CONTRACT, README
from deploy.spec.golden import GOLDEN
from deploy.topology import OPERATOR
from shared.events import REGISTRY, __version__, parse

WHAT_PYDANTIC_BRINGS = {"pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"}

LOOK = """
import sys
before = set(sys.modules)
import linli_events
from pathlib import Path
folder = Path(linli_events.__file__).parent
for example in folder.glob("golden/*.json"):
    linli_events.parse(example.read_bytes())
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(name for name in loaded - sys.stdlib_module_names - {"linli_events"} if not name.startswith("_")))
print(len(linli_events.REGISTRY), linli_events.__version__)
print(len(list(folder.glob("schemas/*.json"))), len(list(folder.glob("golden/*.json"))), (folder / "py.typed").exists())
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel of shared/events puts into site-packages."""
    folder = tmp_path_factory.mktemp("site-packages")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
                   cwd=CONTRACT, check=True, capture_output=True)
    [wheel] = folder.glob("linli_events-*.whl")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def test_the_wheel_needs_pydantic_alone(installed: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LOOK], cwd=installed, env={"PYTHONPATH": str(installed)},
                          check=True, capture_output=True, text=True)
    brought, count, files = done.stdout.splitlines()
    assert set(brought.split()) <= WHAT_PYDANTIC_BRINGS
    assert count == f"{len(REGISTRY)} {__version__}"
    assert files == f"{len(REGISTRY)} {len(list(GOLDEN.glob('*.json')))} True"


def test_the_wheel_asks_for_pydantic_alone(installed: Path) -> None:
    [metadata] = installed.glob("linli_events-*.dist-info/METADATA")
    requirements = re.findall(r"^Requires-Dist: (\w+)", metadata.read_text(), re.MULTILINE)
    assert requirements == ["pydantic"]


@pytest.fixture
async def nats(anyio_backend: str, tmp_path: Path) -> AsyncIterator[Nats]:
    keys = Keys(tmp_path / "secrets").make()
    server = Nats(tmp_path / "nats", tmp_path / "logs", keys)
    server.start()
    await streams.declare_at(server.url, keys.seed(OPERATOR))
    yield server
    server.stop()


@pytest.mark.anyio
async def test_the_readme_subscribes(installed: Path, nats: Nats, tmp_path: Path) -> None:
    [code] = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    program = code.replace("nats://127.0.0.1:4222", nats.url).replace("integrator.seed", str(nats.keys.seed("integrator")))
    event = parse(next(GOLDEN.glob("volunteer.hazard.closed.v1.1.json")).read_bytes()).model_copy(
        update={"community": "yingui"})
    client = await streams.connect(nats.url, "volunteer", nats.keys.seed("volunteer"))
    await client.jetstream().publish(event.nats_subject, event.model_dump_json(exclude_none=True).encode())
    await client.close()
    listening = subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.PIPE, text=True,
                                 env=os.environ | {"PYTHONPATH": str(installed)})
    try:
        assert listening.stdout.readline() == f"{event.time} {event.community} {event.data.hazard_id}\n"
    finally:
        listening.kill()
        listening.wait()
