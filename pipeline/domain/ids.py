"""What an id can be: the integers of the tables, which PostgreSQL bounds and SQLite does not."""

LARGEST_ID = 2**31 - 1
