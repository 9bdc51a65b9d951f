from search.models.document import Document, FileText
from search.models.saved import RecentSearch, SavedSearch
from search.models.synonym import Synonym

__all__ = ["Document", "FileText", "RecentSearch", "SavedSearch", "Synonym"]
