"""What the issuer is told by its environment. Secrets come from files, never from variables."""

import json
from pathlib import Path
from typing import Self

from pydantic import model_validator
from sqlalchemy import URL

from shared.settings import EdgeSettings, with_driver


class IssuerSettings(EdgeSettings):
    database_url: str
    database_password_file: Path | None = None
    database_pool_size: int = 5

    audit_key_file: Path | None = None
    audit_checkpoints_dir: Path | None = None

    nats_url: str
    nats_nkey_seed_file: Path | None = None

    issuer_url: str
    token_audience: str = "linli"
    signing_key_file: Path
    service_keys_dir: Path | None = None
    """The public key of each of the four services, as `<service>.json`."""
    persona_password_file: Path | None = None
    field_keys_file: Path
    """Keys of telephones, authenticators and of the digests of codes; see shared/privacy/fields."""

    self_registration: bool = True
    """Whether somebody without an account gets one, which may do nothing yet, by a code to their telephone."""
    phone_prefixes: tuple[str, ...] = ("+86",)
    development_inbox: bool | None = None
    """Codes into a table that anybody may read, in the place of text messages. On a developer's machine, unless told."""
    sms_gateway_url: str | None = None
    sms_template: str = '{"to": "{phone}", "text": "【邻里】验证码 {code}，5 分钟内有效，请勿告诉他人。"}'
    sms_secret_file: Path | None = None
    sms_header_name: str = "Authorization"

    wechat_app_id: str | None = None
    wechat_secret_file: Path | None = None
    wechat_base_url: str = "https://api.weixin.qq.com"

    web_redirect_uris: tuple[str, ...] = ()
    mobile_redirect_uris: tuple[str, ...] = ("org.linli.app:/signed-in",)
    """Where our own applications may be sent after signing in, as JSON lists."""

    @property
    def database(self) -> URL:
        return with_driver(self.database_url, self.database_password_file)

    @property
    def uses_inbox(self) -> bool:
        if self.development_inbox is None:
            return not self.is_production and self.sms_gateway_url is None
        return self.development_inbox

    @property
    def sends_codes(self) -> bool:
        return self.uses_inbox or self.sms_gateway_url is not None

    @model_validator(mode="after")
    def template_is_json(self) -> Self:
        try:
            json.loads(self.sms_template)
        except ValueError:
            raise ValueError("SMS_TEMPLATE is no JSON") from None
        if "{code}" not in self.sms_template or "{phone}" not in self.sms_template:
            raise ValueError("SMS_TEMPLATE needs {phone} and {code}")
        return self
