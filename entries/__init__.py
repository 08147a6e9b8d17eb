"""What an entry is: studies, vocabularies, policy, storage and citations.

The ground floor. It knows pydantic and YAML; no search engine, no RDF, no web framework.
"""
