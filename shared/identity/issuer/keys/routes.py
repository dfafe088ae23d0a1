"""The public keys, for whoever verifies a token."""

from fastapi import APIRouter, Request, Response

from shared.identity.issuer.keys.models import JwksOut

router = APIRouter(tags=["keys"])

KEEP_FIVE_MINUTES = {"Cache-Control": "public, max-age=300"}


@router.get("/.well-known/jwks.json")
async def read_keys(request: Request, response: Response) -> JwksOut:
    """Also the key that will sign next, a day before it does."""
    response.headers.update(KEEP_FIVE_MINUTES)
    return request.app.state.key_ring.published.as_dict()
