"""What is kept: kinds, records and their versions, deeds, the ledger, and the places where they are stored."""
