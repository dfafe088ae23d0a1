"""Personal data is sealed by the application before it reaches the database, each person's under a key of their own.

What stays plain, and why (tests/privacy/test_plain_columns.py holds every service to this list):
- The register of places: names, doors and addresses of houses and households, and the keys made of them. A door plate is
  nobody's data by itself; it is searched by its parts and shown on maps. Who lives behind it is known only by the
  resident, whose own address is sealed; without them a household is a door and a count.
- Organisations and squads: their name and address are public. Whom to call there is sealed.
- `file_name` of imported lists and of the rows collected from them: a name somebody gave to a list. Staff are asked to put
  no person's name in it; it is deleted with the links of whoever is erased.
- Whether a donor agreed to be named (`publish_name`): a yes or no; the name itself is sealed.
- Accounts (`..._by`), ids and codes such as what a guardian is to somebody: they name nobody without the register.
"""
