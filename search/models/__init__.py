from search.models.document import Document, FileText

__all__ = ["Document", "FileText"]
