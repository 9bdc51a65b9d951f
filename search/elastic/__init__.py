"""The backend over Elasticsearch: a copy of the documents, one index a province, never more than the server's core."""
