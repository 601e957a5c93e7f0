"""Lists of records: what somebody wants to see, the queries that find it, and the cells and files that tell it."""
