"""Databases for tests and benchmarks: one template per state of the migrations, cloned in a tenth of a second."""
