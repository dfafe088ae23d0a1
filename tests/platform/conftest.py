"""Who signs: see tests/identity/issuers.py."""

from tests.identity.issuers import issuer_settings, provider, whose

__all__ = ["issuer_settings", "provider", "whose"]
