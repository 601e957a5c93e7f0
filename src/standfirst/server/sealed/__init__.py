"""What must live outside ledger and search: speak-up cases and secret ballots. The ledger knows commitments alone."""
