"""Bytes of any format to articles.

Plain text is here. `formats.read_any` reads a file or page of any format, `sources.read_source` gets it;
they are imported where they are used, for asking needs neither.
"""

from index.reading.plain import MAX_BYTES, read_bytes, read_text, split_paragraphs

__all__ = ["MAX_BYTES", "read_bytes", "read_text", "split_paragraphs"]
