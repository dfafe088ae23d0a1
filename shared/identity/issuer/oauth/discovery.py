"""What this issuer can do: only what exists."""

from shared.identity.issuer.oauth.actions import grant_types_of
from shared.identity.issuer.oauth.client_auth import SIGNED_BY_CLIENTS
from shared.identity.issuer.oauth.clients import OPENID
from shared.identity.issuer.oauth.models import DiscoveryOut
from shared.identity.issuer.settings import IssuerSettings


def description(settings: IssuerSettings) -> DiscoveryOut:
    issuer = settings.issuer_url
    return DiscoveryOut(
        issuer=issuer,
        authorization_endpoint=f"{issuer}/v1/authorize",
        token_endpoint=f"{issuer}/v1/token",
        revocation_endpoint=f"{issuer}/v1/revoke",
        device_authorization_endpoint=f"{issuer}/v1/device_authorization",
        jwks_uri=f"{issuer}/.well-known/jwks.json",
        grant_types_supported=grant_types_of(settings),
        response_types_supported=["code"],
        response_modes_supported=["query"],
        scopes_supported=[OPENID],
        subject_types_supported=["public"],
        id_token_signing_alg_values_supported=["ES256"],
        claims_supported=["sub", "sid", "auth_time", "amr", "nonce"],
        code_challenge_methods_supported=["S256"],
        token_endpoint_auth_methods_supported=["none", "client_secret_basic", "client_secret_post", "private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported=SIGNED_BY_CLIENTS,
        authorization_response_iss_parameter_supported=True,
        ui_locales_supported=["zh-CN", "en"],
    )
