"""Faceted full-text search over the entries: one analysis, one query language, two engines with the same answers.

Knows :mod:`entries`; nothing of graphs or of the web. :mod:`index.engine` is the way in.
"""
