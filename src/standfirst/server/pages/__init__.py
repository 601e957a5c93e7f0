"""The plain pages of records: generic, made from the kinds. Reading and writing work without JavaScript."""
