"""What a contract may not do between two versions. Pure."""

from typing import Any

ANNOTATIONS = frozenset({"title", "description", "examples"})
SETS = frozenset({"required", "enum"})


def breaks(old: Any, new: Any, where: str = "event") -> list[str]:
    """Everything in `new` that is more than an added optional field or another wording. Both with references inlined.

    An old reader must understand a new event, and a new reader an old one: so what exists stays as it is.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        return [found for key in sorted(old.keys() | new.keys()) for found in at(key, old, new, where)]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [found for before, after in zip(old, new, strict=True) for found in breaks(before, after, where)]
    return [] if old == new else [f"{where}: was {old!r}, is {new!r}"]


def at(key: str, old: dict[str, Any], new: dict[str, Any], where: str) -> list[str]:
    if key in ANNOTATIONS:
        return []
    if key == "properties":
        return fields(old.get(key, {}), new.get(key, {}), where)
    if key in SETS:
        return sets(key, set(old.get(key, ())), set(new.get(key, ())), where)
    if key not in old or key not in new:
        return [f"{where}: {key!r} was {'removed' if key in old else 'added'}"]
    return breaks(old[key], new[key], where)


def fields(old: dict[str, Any], new: dict[str, Any], where: str) -> list[str]:
    """New fields are welcome; `required` says whether they are optional."""
    removed = [f"{where}.{name} was removed" for name in sorted(old.keys() - new.keys())]
    return removed + [
        found for name in sorted(old.keys() & new.keys()) for found in breaks(old[name], new[name], f"{where}.{name}")
    ]


def sets(key: str, old: set[Any], new: set[Any], where: str) -> list[str]:
    return [f"{where}: {key} {word} {sorted(map(str, difference))}"
            for word, difference in (("gained", new - old), ("lost", old - new)) if difference]
