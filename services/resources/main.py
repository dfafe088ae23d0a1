"""The resources service: the register, stock, needs, works."""

from services.resources.catalogue.routes import router as catalogue
from services.resources.fund.applications.routes import router as applications
from services.resources.fund.committees.routes import router as committees
from services.resources.fund.disclosure.routes import router as disclosure
from services.resources.fund.funds.routes import router as funds
from services.resources.fund.gifts.routes import router as gifts
from services.resources.fund.ledger.actions import sweeping
from services.resources.fund.ledger.routes import router as ledger
from services.resources.handouts.routes import router as handouts
from services.resources.imports.actions import importer
from services.resources.imports.routes import router as imports
from services.resources.listeners import listeners
from services.resources.needs.routes import router as needs
from services.resources.needs.supply import sweep
from services.resources.register.communities.routes import router as communities
from services.resources.register.organisations.routes import router as organisations
from services.resources.register.places.routes import router as places
from services.resources.register.residents.routes import router as residents
from services.resources.reservations.routes import router as reservations
from services.resources.retention.classes import CLASSES
from services.resources.retention.tables import RETENTION
from services.resources.rights.consents.routes import router as consents
from services.resources.rights.emergency.actions import ending
from services.resources.rights.emergency.routes import router as emergency
from services.resources.rights.overdue import telling_overdue
from services.resources.rights.requests.finishing import finishing
from services.resources.rights.requests.routes import router as subject_requests
from services.resources.rights.tables import RIGHTS
from services.resources.stock.routes import router as stock
from services.resources.tables import TABLES
from services.resources.works.routes import router as works
from shared.events.resources import AuditCheckpointed
from shared.http.app import build_app
from shared.imports.companion import importing, lapsing
from shared.jobs import Job
from shared.privacy.retention.acting import retaining
from shared.privacy.retention.http import retention_router
from shared.privacy.rights.burying import burying

app = build_app(
    "resources",
    title="资源链接 Resources",
    routers=[
        communities, places, residents, organisations, catalogue, stock, reservations, handouts, needs, works, imports,
        funds, ledger, gifts, committees, applications, disclosure,
        consents, subject_requests, emergency, retention_router(CLASSES, RETENTION),
    ],
    listeners=listeners,
    jobs=[Job("sweep_reservations", every_seconds=10, run=sweep), lapsing(importer), finishing, ending, telling_overdue,
          retaining(CLASSES, RETENTION, RIGHTS), burying(RIGHTS), sweeping],
    companions=[importing(importer)],
    tables=TABLES,
    checkpointed=AuditCheckpointed,
)
