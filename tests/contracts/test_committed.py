"""What is committed beside the contract says what the code says."""

import pytest

from deploy.spec import committed
from deploy.spec.catalogue import BEGIN, END
from deploy.topology import PROJECT
from shared.events import REGISTRY
from shared.events.registry import EVENT_NAME


def test_generated_files_are_up_to_date() -> None:
    outdated = [str(path.relative_to(PROJECT)) for path in committed.outdated()]
    assert not outdated, f"run `python -m deploy.spec write` and commit: {outdated}"


def test_a_changed_file_is_noticed_and_written_again(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"words\n{BEGIN}old{END}\nmore words\n")
    for name, path in {"CONTRACT": tmp_path, "SCHEMAS": tmp_path / "schemas", "README": readme,
                       "POLICY": tmp_path / "POLICY.md"}.items():
        monkeypatch.setattr(committed, name, path)
    assert len(committed.write()) == len(REGISTRY) + 3
    assert committed.outdated() == []
    assert readme.read_text().startswith(f"words\n{BEGIN}\n\n### volunteer") and readme.read_text().endswith("more words\n")
    gone = tmp_path / "schemas" / "volunteer.dragon.slain.v1.json"
    gone.write_text("{}")
    changed = tmp_path / "asyncapi.json"
    changed.write_text("{}")
    assert committed.outdated() == [changed, gone]


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_an_event_says_what_happened_and_who_says_it(name: str) -> None:
    payload = REGISTRY[name]
    assert payload.__doc__, f"{payload.__name__} needs a docstring: it is the event's description for integrators"
    own = f"shared.events.{name.partition('.')[0]}"
    assert payload.__module__ == own or payload.__module__.startswith(f"{own}_"), "an event lives in its service's modules"
    assert EVENT_NAME.match(name)
