"""Files of others, read into values; nothing here knows the database."""
