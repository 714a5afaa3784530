"""Excel in and out: one guarded reader, one streaming writer (docs/excel.md).

`worker` and what it imports run in a limited child process without Django, so they must not import it.
"""
