"""Spreadsheets as neighbourhoods keep them: read whatever they are, understood by meaning, judged row by row.

`reading.read_workbook` does the reading; everything else is pure. A service says in a table (`fields.ListKind`) which
lists it takes and judges their rows in its own `imports/rules.py`.
"""
