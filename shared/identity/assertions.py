"""How a service shows the issuer who it is: by signing, so that its secret never leaves it (RFC 7523, private_key_jwt)."""

import json
from datetime import datetime
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey

from shared.types import new_id

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFE_SECONDS = 60


def assertion(key_file: Path, client_id: str, issuer: str, now: datetime) -> dict[str, str]:
    """The parameters of the token request. The file is a private JWK on P-256."""
    key = ECKey.import_key(json.loads(key_file.read_text()))
    issued = int(now.timestamp())
    claims = {"iss": client_id, "sub": client_id, "aud": issuer, "jti": str(new_id()), "iat": issued,
              "exp": issued + LIFE_SECONDS}
    signed = jwt.encode({"alg": "ES256", "kid": key.kid or key.thumbprint()}, claims, key, algorithms=["ES256"])
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed}
