from shared.identity.issuer import models
from shared.identity.issuer.grants import models as grants
from shared.identity.issuer.accounts import models as accounts
from shared.identity.issuer.oauth import models as oauth
from shared.identity.issuer.sessions import models as sessions
from shared.identity.issuer.sign_in import models as sign_in
from shared.migrations import run

run(models.Table.metadata)
