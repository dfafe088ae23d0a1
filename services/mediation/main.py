"""The mediation service: residents' words and their answers."""

from services.mediation.listeners import listeners
from services.mediation.opinions.actions import tell_overdue
from services.mediation.opinions.routes import router as opinions
from services.mediation.retention.classes import CLASSES
from services.mediation.retention.tables import RETENTION
from services.mediation.rights.holdings import HOLDINGS
from services.mediation.rights.tables import RIGHTS
from services.mediation.tables import TABLES
from shared.events.mediation import AuditCheckpointed
from shared.http.app import build_app
from shared.jobs import Job
from shared.privacy.retention.acting import retaining
from shared.privacy.retention.http import retention_router
from shared.privacy.rights.burying import burying
from shared.privacy.rights.http import rights_router

app = build_app(
    "mediation",
    title="调解议事 Mediation",
    routers=[opinions, rights_router(HOLDINGS, RIGHTS), retention_router(CLASSES, RETENTION)],
    listeners=listeners,
    jobs=[Job("opinions.tell_overdue", every_seconds=60, run=tell_overdue), retaining(CLASSES, RETENTION, RIGHTS),
          burying(RIGHTS)],
    tables=TABLES,
    checkpointed=AuditCheckpointed,
)
