"""The package: an organisation's management system as files that people and machines can read."""
