"""The database: SQLModel tables, transactions, statements. Names no use case."""
