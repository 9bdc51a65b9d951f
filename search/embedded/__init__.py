"""The backend that is always there: bigrams in PostgreSQL, found by an index and made sure of in the text."""
