from search.models.document import Document, FileText
from search.models.saved import RecentSearch, SavedSearch

__all__ = ["Document", "FileText", "RecentSearch", "SavedSearch"]
