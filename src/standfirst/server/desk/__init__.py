"""A desk: what somebody has begun in an organisation and not yet recorded, and how they like to look at it. No ledger holds it."""
