"""The generated files that are committed, so that an integrator needs no running Linli to read them."""

from pathlib import Path

from deploy.spec.asyncapi import document
from deploy.spec.catalogue import with_catalogue
from deploy.spec.golden import as_json
from deploy.spec.policy import page
from deploy.spec.schemas import schemas
from deploy.spec.vocabulary import heard
from deploy.topology import PROJECT

CONTRACT = PROJECT / "shared" / "events"
SCHEMAS = CONTRACT / "schemas"
README = CONTRACT / "README.md"
POLICY = PROJECT / "shared" / "identity" / "POLICY.md"


def wanted() -> dict[Path, str]:
    """Every committed file and what it should say."""
    return {
        **{SCHEMAS / f"{name}.json": as_json(schema) for name, schema in schemas().items()},
        CONTRACT / "asyncapi.json": as_json(document()),
        README: with_catalogue(README.read_text(), heard()),
        POLICY: page(),
    }


def outdated() -> list[Path]:
    """What is missing, says something else, or describes a type that is gone."""
    files = wanted()
    changed = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    return changed + [path for path in sorted(SCHEMAS.glob("*.json")) if path not in files]


def write() -> list[Path]:
    """Brings the files up to date. A schema is never deleted: a type that was published stays published."""
    files = wanted()
    changed = [path for path in outdated() if path in files]
    for path in changed:
        path.parent.mkdir(exist_ok=True)
        path.write_text(files[path])
    return changed
