"""Names: our own addresses below the atlas' base, the vocabularies we borrow, and identifiers of other registries."""

from dataclasses import dataclass
from functools import lru_cache

from graph.terms import Term, iri

# Prefix -> namespace of the vocabularies that the RDF uses.
VOCABULARIES = {
    "bibo": "http://purl.org/ontology/bibo/",
    "biolink": "https://w3id.org/biolink/vocab/",
    "cito": "http://purl.org/spar/cito/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# Registries that `exact_match` may point into: CURIE prefix (upper case) -> what its identifiers stand behind.
REGISTRIES = {
    "CHEBI": "http://purl.obolibrary.org/obo/CHEBI_",
    "CL": "http://purl.obolibrary.org/obo/CL_",
    "DOID": "http://purl.obolibrary.org/obo/DOID_",
    "DRUGBANK": "https://identifiers.org/drugbank:",
    "ECO": "http://purl.obolibrary.org/obo/ECO_",
    "EFO": "http://www.ebi.ac.uk/efo/EFO_",
    "GO": "http://purl.obolibrary.org/obo/GO_",
    "HGNC": "https://identifiers.org/hgnc:",
    "HP": "http://purl.obolibrary.org/obo/HP_",
    "ICD10": "http://hl7.org/fhir/sid/icd-10/",
    "ICD11": "http://id.who.int/icd/entity/",
    "LOINC": "https://loinc.org/rdf/",
    "MAXO": "http://purl.obolibrary.org/obo/MAXO_",
    "MESH": "http://id.nlm.nih.gov/mesh/",
    "MONDO": "http://purl.obolibrary.org/obo/MONDO_",
    "NCBIGENE": "https://identifiers.org/ncbigene:",
    "NCIT": "http://purl.obolibrary.org/obo/NCIT_",
    "OBA": "http://purl.obolibrary.org/obo/OBA_",
    "ORPHA": "http://www.orpha.net/ORDO/Orphanet_",
    "PR": "http://purl.obolibrary.org/obo/PR_",
    "SNOMEDCT": "http://snomed.info/id/",
    "SYMP": "http://purl.obolibrary.org/obo/SYMP_",
    "UBERON": "http://purl.obolibrary.org/obo/UBERON_",
    "UMLS": "https://uts.nlm.nih.gov/uts/umls/concept/",
    "UNIPROT": "http://purl.uniprot.org/uniprot/",
    "WIKIDATA": "http://www.wikidata.org/entity/",
}


def expand(curie: str) -> str | None:
    """The address that a CURIE such as ``HP:0012378`` stands for; None where the prefix is unknown."""
    prefix, _, local = curie.partition(":")
    namespace = REGISTRIES.get(prefix.upper())
    return namespace + local if namespace and local else None


@lru_cache(maxsize=2_000)
def term(qname: str) -> Term:
    """A term of a borrowed vocabulary: ``term("skos:prefLabel")``. Raises KeyError for an undeclared prefix."""
    prefix, _, local = qname.partition(":")
    return iri(VOCABULARIES[prefix] + local)


@dataclass(frozen=True)
class Names:
    """Our own addresses below one base IRI (which ends with a slash). Every method gives a term, ``<...>``."""

    base: str

    def prefixes(self) -> dict[str, str]:
        """Prefix -> namespace: ours first, then every borrowed vocabulary."""
        ours = {"ev": "ns#", "study": "studies/", "concept": "concepts/", "scheme": "schemes/", "data": "dataset#"}
        return {prefix: self.base + local for prefix, local in ours.items()} | VOCABULARIES

    def ev(self, local: str) -> Term:
        """A term of our own ontology."""
        return iri(f"{self.base}ns#{local}")

    def ontology(self) -> Term:
        """The ontology as a whole; also the named graph that describes it."""
        return iri(f"{self.base}ns")

    def study(self, study_id: str) -> Term:
        """A study, as distinct from the paper about it."""
        return iri(f"{self.base}studies/{study_id}")

    def part(self, study_id: str, name: str) -> Term:
        """A part of a study's description: ``paper``, ``finding-1``, ``author-2``, ``graph`` ..."""
        return iri(f"{self.base}studies/{study_id}#{name}")

    def graph(self, study_id: str) -> Term:
        """The named graph of a study: the atlas' entry, which has a licence, a history and reviewers."""
        return self.part(study_id, "graph")

    def standing(self, study_id: str) -> Term:
        """How a study stands among the others; also the named graph that says so, which is derived by rule."""
        return self.part(study_id, "standing")

    def concept(self, concept_id: str) -> Term:
        """A concept of any scheme."""
        return iri(f"{self.base}concepts/{concept_id}")

    def scheme(self, scheme_id: str) -> Term:
        """A concept scheme."""
        return iri(f"{self.base}schemes/{scheme_id}")

    def scheme_graph(self, scheme_id: str) -> Term:
        """The named graph of a scheme and its concepts."""
        return iri(f"{self.base}schemes/{scheme_id}#graph")

    def dataset(self) -> Term:
        """The whole atlas as a dataset."""
        return iri(f"{self.base}dataset")

    def dataset_part(self, name: str) -> Term:
        """Something that belongs to no single study: an agent, a journal, the dataset's own graph."""
        return iri(f"{self.base}dataset#{name}")
