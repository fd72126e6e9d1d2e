"""Files of others, read into values, and sheets written; nothing here knows the database."""
