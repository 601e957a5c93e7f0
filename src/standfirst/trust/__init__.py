"""Why anything is believed: bytes, digests, trees, signatures and proofs built from them. Pure, no I/O."""
