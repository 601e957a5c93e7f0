"""Reasons, statuses and the closed word lists, put into English. Doors and reports ask here; rules never do."""
