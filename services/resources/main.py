"""The resources service: the register."""

from services.resources.register.communities.routes import router as communities
from services.resources.register.organisations.routes import router as organisations
from services.resources.register.places.routes import router as places
from services.resources.register.residents.routes import router as residents
from services.resources.tables import TABLES
from shared.http.app import build_app

app = build_app(
    "resources",
    title="资源链接 Resources",
    routers=[communities, places, residents, organisations],
    tables=TABLES,
)
