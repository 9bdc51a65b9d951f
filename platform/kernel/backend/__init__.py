"""The database backend: the tenant's schema is the context's, and a connection always has the path it must have."""
