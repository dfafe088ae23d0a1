"""Hazards as a GeoJSON map (RFC 7946). The public view is rounded and says nothing of people or rooms."""

from collections.abc import Iterable
from typing import Any, Literal

from services.volunteer.hazards.models import Hazard
from shared.types import Out

PUBLIC_DECIMALS = 3
"""About 100 metres: the courtyard, not the door."""


class Feature(Out):
    type: Literal["Feature"] = "Feature"
    id: str
    geometry: dict[str, Any]
    properties: dict[str, Any]


class FeatureCollection(Out):
    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[Feature]


def hazard_map(hazards: Iterable[Hazard], *, exact: bool) -> FeatureCollection:
    return FeatureCollection(features=[feature(hazard, exact) for hazard in hazards])


def feature(hazard: Hazard, exact: bool) -> Feature:
    decimals = 7 if exact else PUBLIC_DECIMALS
    properties = {"kind": hazard.kind, "severity": hazard.severity, "state": hazard.state}
    if exact:
        properties |= {"place_label": hazard.place_label, "due_on": hazard.due_on}
    return Feature(
        id=str(hazard.id),
        geometry={
            "type": "Point",
            "coordinates": [round(hazard.longitude, decimals), round(hazard.latitude, decimals)],
        },
        properties=properties,
    )
