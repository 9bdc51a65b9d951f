"""How Elasticsearch comes to know the documents, and how one sees that it knows them."""
