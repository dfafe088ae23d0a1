"""Golden examples: events as they travel. Once committed they are only added to, so they prove that old ones still parse."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.topology import PROJECT
from shared.events import REGISTRY
from shared.messaging.outbox import as_event
from shared.types import new_id

GOLDEN = PROJECT / "shared" / "events" / "golden"


def examples_of(name: str) -> dict[Path, dict[str, Any]]:
    """`<type>.1.json`, `<type>.2.json` …, oldest first."""
    paths = sorted(GOLDEN.glob(f"{name}.*.json"), key=number_of)
    return {path: json.loads(path.read_text()) for path in paths}


def number_of(path: Path) -> int:
    return int(path.stem.rpartition(".")[2])


def add_example(name: str, data: str, community: str) -> Path:
    """Wraps `data`, JSON, as the relay would and writes it as the type's next example. Raises on an invalid payload."""
    payload = REGISTRY[name].model_validate_json(data)
    row = {
        "event_id": new_id(), "type": name, "subject": str(next(iter(payload.model_dump().values()))),
        "community": community, "sequence": 1, "correlation_id": new_id(), "causation_id": new_id(),
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "created_at": datetime.now(UTC), "data": payload.model_dump(mode="json"),
    }
    event = as_event(row, name.partition(".")[0]).model_dump_json(exclude_none=True)
    path = GOLDEN / f"{name}.{len(examples_of(name)) + 1}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(as_json(json.loads(event)))
    return path


def as_json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
