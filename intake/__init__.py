"""From bibliographic records to checked machine drafts, stage by stage; knows :mod:`entries` only."""
