"""The public contract of Linli: what its services say to each other and to integrators.

Needs pydantic alone. Semantic version: patch = wording, minor = an optional field or a new type,
major = never for a type that exists; a changed type is published as `.v2` beside `.v1`.
"""

from . import eldercare, identity, mediation, resources, resources_application, resources_fund, volunteer
from .envelope import Code, Community, Event, Payload, Severity
from .registry import REGISTRY, event, parse, schema_name

__version__ = "1.1.0"
__all__ = [
    "REGISTRY", "Code", "Community", "Event", "Payload", "Severity",
    "eldercare", "event", "identity", "mediation", "parse", "resources", "resources_application", "resources_fund",
    "schema_name", "volunteer",
]
