"""Where a paper is to be read: the addresses behind its identifiers."""

from urllib.parse import quote


def doi_url(doi: str) -> str:
    """``https://doi.org/...`` with everything encoded that an IRI may not hold: ``10.1002/1097<1>`` stays that DOI."""
    return "https://doi.org/" + quote(doi, safe="/:;()._-~@!$&'*+,=")


def pubmed_url(pmid: str) -> str:
    """The paper's page at PubMed."""
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"


def pmc_url(pmcid: str) -> str:
    """The paper's full text at PubMed Central."""
    return f"https://pmc.ncbi.nlm.nih.gov/articles/{pmcid}/"


def registry_url(number: str) -> str:
    """A trial's registration: in the two largest registries there, else at the platform that searches all of them."""
    if number.startswith("NCT"):
        return f"https://clinicaltrials.gov/study/{number}"
    if number.startswith("ISRCTN"):
        return f"https://www.isrctn.com/{number}"
    return f"https://trialsearch.who.int/Trial2.aspx?TrialID={quote(number, safe='')}"
