"""The volunteer service: squads, volunteers, patrols, hazards."""

from services.volunteer.hazards.overdue import telling_overdue
from services.volunteer.hazards.routes import router as hazards
from services.volunteer.imports.actions import importer
from services.volunteer.imports.routes import router as imports
from services.volunteer.listeners import listeners
from services.volunteer.patrols.routes import router as patrols
from services.volunteer.retention.classes import CLASSES
from services.volunteer.retention.tables import RETENTION
from services.volunteer.rights.holdings import HOLDINGS
from services.volunteer.rights.tables import RIGHTS
from services.volunteer.squads.routes import router as squads
from services.volunteer.tables import TABLES
from services.volunteer.volunteers.routes import router as volunteers
from shared.events.volunteer import AuditCheckpointed
from shared.http.app import build_app
from shared.imports.companion import importing, lapsing
from shared.privacy.retention.acting import retaining
from shared.privacy.retention.http import retention_router
from shared.privacy.rights.burying import burying
from shared.privacy.rights.http import rights_router

app = build_app(
    "volunteer",
    title="志愿服务 Volunteer",
    routers=[
        squads, volunteers, patrols, hazards, imports, rights_router(HOLDINGS, RIGHTS),
        retention_router(CLASSES, RETENTION),
    ],
    listeners=listeners,
    jobs=[telling_overdue, lapsing(importer), retaining(CLASSES, RETENTION, RIGHTS), burying(RIGHTS)],
    companions=[importing(importer)],
    tables=TABLES,
    checkpointed=AuditCheckpointed,
)
