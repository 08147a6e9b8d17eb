"""One family of errors; the command line prints each as a sentence, the site as a page."""


class EvidenceError(Exception):
    """Something that the person at the keyboard can mend. The message says what, where and how."""


class AtlasError(EvidenceError):
    """The atlas folder cannot be read at all."""


class StoreError(EvidenceError):
    """One file cannot be read or written."""
