"""Controlled copies: a version of a record as a PDF that says on every page which version it is."""
