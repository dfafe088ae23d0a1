"""The processes of Linli and the names they go by: the one list that everything in deploy/ follows."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

SERVICES = ("volunteer", "mediation", "eldercare", "resources")
ISSUER = "identity"
APPLICATIONS = (*SERVICES, ISSUER)
"""What runs under uvicorn, owns a database, a stream and a NATS user of its own name."""

OPERATOR = "operator"
INTEGRATOR = "integrator"
NATS_USERS = (*APPLICATIONS, OPERATOR, INTEGRATOR)

POSTGRES_VERSION = 18
NATS_VERSION = (2, 12)
"""The oldest that will do: uuidv7() came with PostgreSQL 18, the strict JetStream API with NATS 2.12."""


def module_of(application: str) -> str:
    package = "shared" if application == ISSUER else "services"
    return f"{package}.{application}.main:app"
