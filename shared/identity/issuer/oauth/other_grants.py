"""Grants without a browser: services and integrators for themselves, our own applications with a code, personas."""

from authlib.oauth2.rfc6749 import BaseGrant, InvalidGrantError, TokenEndpointMixin, UnauthorizedClientError
from authlib.oauth2.rfc6749 import ClientCredentialsGrant as OwnToken

from shared.identity.issuer.oauth.clients import KnownClient
from shared.identity.issuer.oauth.entitling import entitle
from shared.identity.issuer.oauth.models import PHONE_CODE, WECHAT_CODE, OAuthClient
from shared.identity.tokens import OWN_CLIENT


class ClientCredentialsGrant(OwnToken):
    TOKEN_ENDPOINT_AUTH_METHODS = ["private_key_jwt", "client_secret_basic", "client_secret_post"]


class FirstPartyGrant(BaseGrant, TokenEndpointMixin):
    """Somebody who has proved who they are, before the transaction began, to an application of our own (RFC 6749 §4.5)."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]

    def validate_token_request(self) -> None:
        client = self.authenticate_token_endpoint_client()
        if not client.row.first_party or not self.is_open_to(client):
            raise UnauthorizedClientError()
        self.request.client = client
        self._entitle()

    def is_open_to(self, client: KnownClient) -> bool:
        return client.check_grant_type(self.GRANT_TYPE)

    def _entitle(self) -> None:
        self.request.user = entitle(self.server.db, self.request.proved, self.server.now)
        if self.request.user is None:
            raise InvalidGrantError()

    def create_token_response(self) -> tuple[int, dict, list]:
        scope = self.client.get_allowed_scope(self.request.payload.scope)
        token = self.generate_token(self.request.user, scope, include_refresh_token=self.client.check_grant_type("refresh_token"))
        return 200, token, self.TOKEN_RESPONSE_HEADER


class PhoneCodeGrant(FirstPartyGrant):
    GRANT_TYPE = PHONE_CODE


class WechatCodeGrant(FirstPartyGrant):
    GRANT_TYPE = WECHAT_CODE


class PersonaGrant(FirstPartyGrant):
    """`grant_type=password`, for the personas of a developer's machine alone. Without a client: a token and no session."""

    GRANT_TYPE = "password"

    def validate_token_request(self) -> None:
        if self.request.payload.client_id:
            return super().validate_token_request()
        self.request.client = KnownClient(OAuthClient(
            id=OWN_CLIENT, label=OWN_CLIENT, auth_method="none", grant_types=[], redirect_uris=[], communities=[],
            first_party=True, registered_by="development"))
        self._entitle()

    def is_open_to(self, client: KnownClient) -> bool:
        return True


