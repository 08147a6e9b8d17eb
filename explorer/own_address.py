"""Whether an atlas says where it is published, and what to do where it does not."""

from entries.config import AtlasConfig


def missing(config: AtlasConfig) -> str:
    """What readers of identifiers need to know where ``base_iri`` is only an example; empty where it is an address."""
    if config.has_own_address:
        return ""
    return (
        f"This atlas has no address of its own yet: its identifiers begin with {config.base_iri}, which is reserved "
        "for examples and tests, so nobody can open them. Whoever publishes it sets base_iri in atlas.yaml to the "
        "address it is published at, and builds it again, before others cite it or take its data away."
    )
