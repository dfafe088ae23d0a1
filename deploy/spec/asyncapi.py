"""The AsyncAPI 3 document of everything Linli says, from the registry and the golden examples."""

from typing import Any

from deploy.spec.golden import examples_of
from deploy.spec.schemas import Schema, inlined, schema_of
from shared.events import REGISTRY, __version__

CONTENT_TYPE = "application/cloudevents+json"

DESCRIPTION = """\
What the four services of Linli and the issuer of tokens say to each other and to integrators.

Every message is a CloudEvents 1.0 event in structured JSON. Its `type` is the channel's address without the community;
the NATS subject is type + `.` + community, so that a subscription can be cut by type and by community.

Delivery is at least once: drop an event whose `id` is known already. Order holds within a `subject`: drop an event
whose `sequence` is lower than one already seen. Events carry no personal data: ids, codes, counts and coarse bands.
Who may know more asks the owning service over HTTP. A type only ever gains optional fields; anything else is published
as `.v2` beside `.v1`. Ignore fields and types that you do not know.
"""

SERVICES = {
    "volunteer": "Squads, volunteers, patrols and hazards",
    "mediation": "A resident's word and its answer",
    "eldercare": "Care of elders at home",
    "resources": "The register, stock, needs and works",
    "identity": "Who may sign in and what they are entrusted with",
}


def document() -> dict[str, Any]:
    return {
        "asyncapi": "3.0.0",
        "id": "urn:linli:events",
        "info": {
            "title": "Linli 邻里 · events",
            "version": __version__,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            "tags": [{"name": name, "description": what} for name, what in SERVICES.items()],
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {"nats": SERVER},
        "channels": {name: channel(name) for name in sorted(REGISTRY)},
        "operations": {f"say.{name}": operation(name) for name in sorted(REGISTRY)},
        "components": {
            "schemas": {"Envelope": envelope()} | {name: data_schema(name) for name in sorted(REGISTRY)},
            "messages": {name: message(name) for name in sorted(REGISTRY)},
            "messageTraits": {"event": EVENT},
            "parameters": {"community": COMMUNITY},
            "securitySchemes": {"nkey": NKEY},
        },
    }


SERVER: Schema = {
    "host": "{host}:{port}",
    "protocol": "nats",
    "title": "NATS with JetStream",
    "description": "`./linli up` prints the address and where the integrator's NKEY seed is.",
    "variables": {
        "host": {"default": "127.0.0.1", "description": "`nats` inside docker-compose"},
        "port": {"default": "4222"},
    },
    "security": [{"$ref": "#/components/securitySchemes/nkey"}],
}

NKEY: Schema = {
    "type": "asymmetricEncryption",
    "description": "NATS NKEY of the user `integrator`: may read every stream, publish nothing; "
                   "its inbox prefix is `_INBOX_integrator`.",
}

COMMUNITY: Schema = {
    "description": "Slug of the community, the last token of the subject; `*` subscribes to all of them",
    "examples": ["yingui", "dungen"],
}

EVENT: Schema = {
    "contentType": CONTENT_TYPE,
    "correlationId": {
        "location": "$message.payload#/correlationid",
        "description": "The whole loop, across services: from somebody's word to the answer",
    },
    "headers": {
        "type": "object",
        "required": ["Nats-Msg-Id", "Content-Type"],
        "properties": {
            "Nats-Msg-Id": {"type": "string", "format": "uuid", "description": "The event's `id`"},
            "Content-Type": {"const": CONTENT_TYPE},
            "traceparent": {"type": "string", "description": "W3C trace context, also in the event"},
        },
    },
    "bindings": {"nats": {}},
}


def channel(name: str) -> Schema:
    service = name.partition(".")[0]
    return {
        "address": f"{name}.{{community}}",
        "title": name,
        "description": (
            f"{summary(name)}\n\nJetStream stream `{service.upper()}`: file storage, limits retention, duplicate window "
            f"10 minutes. Read it with a durable pull consumer with explicit acknowledgement, filter subject `{name}.*`."
        ),
        "messages": {"event": {"$ref": f"#/components/messages/{name}"}},
        "parameters": {"community": {"$ref": "#/components/parameters/community"}},
        "servers": [{"$ref": "#/servers/nats"}],
        "tags": [{"name": service}],
        "bindings": {"nats": {}},
        "x-jetstream": {"stream": service.upper(), "filter_subject": f"{name}.*", "ack_policy": "explicit"},
    }


def operation(name: str) -> Schema:
    """Seen from Linli, as AsyncAPI 3 wants it: Linli sends, an integrator receives."""
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{name}"},
        "summary": summary(name),
        "tags": [{"name": name.partition(".")[0]}],
        "messages": [{"$ref": f"#/channels/{name}/messages/event"}],
        "bindings": {"nats": {}},
    }


def message(name: str) -> Schema:
    return {
        "name": name,
        "title": name,
        "summary": summary(name),
        "traits": [{"$ref": "#/components/messageTraits/event"}],
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/Envelope"},
                {
                    "type": "object",
                    "properties": own_properties(name) | {"data": {"$ref": f"#/components/schemas/{name}"}},
                },
            ],
        },
        "examples": [
            {"name": path.stem.rpartition(".")[2], "summary": summary(name), "payload": example}
            for path, example in examples_of(name).items()
        ],
    }


def own_properties(name: str) -> Schema:
    properties = schema_of(name)["properties"]
    return {field: properties[field] for field in ("source", "type", "dataschema")}


def envelope() -> Schema:
    """What all events share: any type's schema without what is its own."""
    schema = schema_of(next(iter(REGISTRY)))
    shared = {field: part for field, part in schema["properties"].items() if field not in own_properties(schema["title"])}
    return {
        "type": "object",
        "description": "CloudEvents 1.0, structured JSON, with Linli's extensions",
        "properties": shared | {"data": {"type": "object"}},
        "required": schema["required"],
    }


def data_schema(name: str) -> Schema:
    schema = schema_of(name)
    data = inlined(schema["properties"]["data"], schema["$defs"])
    return {key: part for key, part in data.items() if key != "$anchor"}


def summary(name: str) -> str:
    return " ".join((REGISTRY[name].__doc__ or "").split())
