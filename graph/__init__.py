"""The atlas as a graph: RDF in named graphs on Oxigraph, and the networkx view of the same facts.

Knows entries; no search engine and no web framework. Import what is needed from the modules themselves.
"""
