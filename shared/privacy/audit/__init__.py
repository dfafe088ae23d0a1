"""Who did and who read what: an append-only, hash-chained log in every service's own database.

`record_read` and `record` note something in a transaction; what a transaction says as events is entered by itself. All
of it is appended with the commit, or not at all (entries.py, chain.py, schema.py). Checkpoints outside the database
(checkpoints.py) let `./linli audit verify` (walk.py) find also a tail that was cut off and a chain that was made anew.
"""

from shared.privacy.audit.entries import record, record_read

__all__ = ["record", "record_read"]
