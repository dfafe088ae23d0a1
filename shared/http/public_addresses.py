"""A call that must leave the house: its host is looked up once, and the address that was judged is the one called."""

import asyncio
import ipaddress
import socket

import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

WAYS_BACK = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
"""Global by the books, and yet they may lead to an IPv4 address inside: NAT64, 6to4, Teredo."""


class InsideTheHouse(Exception):
    """The name leads to an address that is not on the public internet, or to nothing."""


class PublicAddresses(httpx.AsyncBaseTransport):
    """Before another transport. TLS is still judged by the name, and the `Host` header still says it."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises `InsideTheHouse`."""
        host = request.url.host
        address = await public_address_of(host, request.url.port or (443 if request.url.scheme == "https" else 80))
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=str(address))
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


async def public_address_of(host: str, port: int) -> Address:
    """Refuses a name with a single address inside, whatever its others are. Raises `InsideTheHouse`."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise InsideTheHouse(host) from None
    addresses = [ipaddress.ip_address(entry[4][0].partition("%")[0]) for entry in found]
    if not addresses or not all(map(is_public, addresses)):
        raise InsideTheHouse(host)
    return addresses[0]


def is_public(address: Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return is_public(mapped)
    return address.is_global and not address.is_multicast and not any(
        address in network for network in WAYS_BACK if network.version == address.version)
