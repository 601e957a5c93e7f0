"""The HTTP API: the same deeds and the same refusals as on the pages, as JSON."""
