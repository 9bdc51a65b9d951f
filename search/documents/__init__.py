"""What search knows of a case: made from the office's rows, masked, written where it differs."""

from search.documents.files import SUBSCRIBER as FILES
from search.documents.hearing import SUBSCRIBER as DOCUMENTS
from search.documents.writing import BEGIN, SHAPE, TOPIC, Rebuilt, rebuild, write

__all__ = ["BEGIN", "DOCUMENTS", "FILES", "SHAPE", "TOPIC", "Rebuilt", "rebuild", "write"]
