from services.resources.main import app
from shared.migrations import run

run(app.state.tables.metadata)
