"""The table of events in shared/events/README.md."""

import re

from deploy.spec.asyncapi import SERVICES, summary
from deploy.spec.vocabulary import Vocabulary
from shared.events import REGISTRY

BEGIN, END = "<!-- events: written by `python -m deploy.spec write` -->", "<!-- /events -->"


def with_catalogue(readme: str, heard: Vocabulary) -> str:
    """The same page with the table between the two marks renewed."""
    return re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n\n{catalogue(heard)}\n{END}", readme, flags=re.DOTALL)


def catalogue(heard: Vocabulary) -> str:
    return "\n".join(section(service, what, heard) for service, what in SERVICES.items())


def section(service: str, what: str, heard: Vocabulary) -> str:
    rows = [
        f"| [`{name}`](schemas/{name}.json) | {summary(name)} | {', '.join(sorted(heard.get(name, ())))} |\n"
        for name in sorted(REGISTRY) if name.startswith(f"{service}.")
    ]
    return f"### {service}: {what}\n\n| event | what happened | heard by |\n|---|---|---|\n{''.join(rows)}"
