"""Puts the edges around an application, in the order in which a request meets them."""

from fastapi import FastAPI

from shared.http.edges.bodies import Bodies
from shared.http.edges.origins import Origins
from shared.http.edges.rates import Rates
from shared.http.middleware import Envelope


def guard(app: FastAPI, service: str, *, credentials: bool = False) -> None:
    """`credentials`: pages of other origins may send the cookies of this application along."""
    # What is added last is met first.
    app.add_middleware(Bodies)
    app.add_middleware(Rates)
    app.add_middleware(Envelope, service=service)
    app.add_middleware(Origins, credentials=credentials)
