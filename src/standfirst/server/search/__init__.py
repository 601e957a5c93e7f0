"""Full-text search over an organisation's records and the files that they attach, and what the command palette finds."""
