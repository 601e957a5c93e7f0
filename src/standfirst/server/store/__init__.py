"""The database store: one organisation's records and ledger in tables, behind the interface of every store."""
