"""How long what is kept, and what becomes of it then: seen first, approved by a person, done in batches by a job."""
