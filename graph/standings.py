"""The five ways in which a finding or a study can stand, and the rule that decides (see :mod:`graph.standing`)."""

from enum import StrEnum

RULE = "standing rule"
VERSION = "2"  # of the rule: raise it when studies would be judged otherwise


class Standing(StrEnum):
    """How a claim stands, weakest news first."""

    PRELIMINARY = "preliminary"
    REPLICATED = "replicated"
    CONTESTED = "contested"
    REFUTED = "refuted"
    RETRACTED = "retracted"


MEANINGS: dict[Standing, str] = {
    Standing.PRELIMINARY: "Not yet found again by others, as far as this atlas knows.",
    Standing.REPLICATED: "Found again by another study.",
    Standing.CONTESTED: "Another study disputes it or found otherwise.",
    Standing.REFUTED: "Disputed on stronger evidence, and nobody found the same.",
    Standing.RETRACTED: "A later notice retracts it.",
}
