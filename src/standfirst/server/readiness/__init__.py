"""How ready an organisation is, and why: the results of its own assessment, kept beside its ledger and told on pages."""
