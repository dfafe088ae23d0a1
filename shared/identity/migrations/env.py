from shared.identity.issuer import models
from shared.identity.issuer.grants import models as grants
from shared.identity.issuer.oauth import models as oauth
from shared.identity.issuer.sessions import models as sessions
from shared.migrations import run

run(models.Table.metadata)
