"""The eldercare service: for now, whether an elder's home is safe."""

from services.eldercare.home_safety.routes import router as home_safety
from services.eldercare.listeners import listeners
from services.eldercare.retention.classes import CLASSES
from services.eldercare.retention.tables import RETENTION
from services.eldercare.rights.holdings import HOLDINGS
from services.eldercare.rights.tables import RIGHTS
from services.eldercare.tables import TABLES
from shared.events.eldercare import AuditCheckpointed
from shared.http.app import build_app
from shared.privacy.retention.acting import retaining
from shared.privacy.retention.http import retention_router
from shared.privacy.rights.burying import burying
from shared.privacy.rights.http import rights_router

app = build_app(
    "eldercare",
    title="为老服务 Elder care",
    routers=[home_safety, rights_router(HOLDINGS, RIGHTS), retention_router(CLASSES, RETENTION)],
    listeners=listeners,
    jobs=[retaining(CLASSES, RETENTION, RIGHTS), burying(RIGHTS)],
    tables=TABLES,
    checkpointed=AuditCheckpointed,
)
