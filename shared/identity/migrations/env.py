from shared.identity.issuer import models
from shared.migrations import run

run(models.Table.metadata)
