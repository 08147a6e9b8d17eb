"""The five ways in which a claim can stand, and the rule that decides (see :mod:`graph.standing`)."""

from enum import StrEnum

RULE = "standing rule"
VERSION = "1"  # of the rule: raise it when studies would be judged otherwise


class Standing(StrEnum):
    """How a claim stands, weakest news first."""

    PRELIMINARY = "preliminary"
    REPLICATED = "replicated"
    CONTESTED = "contested"
    REFUTED = "refuted"
    RETRACTED = "retracted"


MEANINGS: dict[Standing, str] = {
    Standing.PRELIMINARY: "Nobody has repeated it here yet.",
    Standing.REPLICATED: "Found again by another study.",
    Standing.CONTESTED: "Another study disputes it or found otherwise.",
    Standing.REFUTED: "Disputed on stronger evidence, and not replicated.",
    Standing.RETRACTED: "A later notice retracts it.",
}
