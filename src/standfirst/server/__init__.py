"""The workplace: the same rooms on a database, with people in it. The only room that knows Django."""
