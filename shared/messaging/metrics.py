"""Counters of what is said and heard."""

from prometheus_client import Counter, Histogram

PUBLISHED = Counter("linli_events_published_total", "Events acknowledged by JetStream", ["service"])
HEARD = Counter("linli_events_heard_total", "Events consumed", ["service", "type", "outcome"])
DEAD_LETTERS = Counter("linli_dead_letters_total", "Events no listener could handle", ["service", "type"])
HANDLING = Histogram("linli_event_handling_seconds", "Time from delivery to commit", ["service"])
