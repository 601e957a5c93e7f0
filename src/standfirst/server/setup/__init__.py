"""The first ten minutes: the first account of an installation, an organisation's beginning, and its guided set-up."""
