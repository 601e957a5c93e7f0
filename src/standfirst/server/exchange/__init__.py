"""What crosses from one organisation to another: reading under a grant, and envelopes.

Nobody writes to another's ledger. What one side does and the other has to know is carried over by workers, from outbox
rows (``store.following``), and written there by a service of the other side's own, harmlessly when repeated.
"""
