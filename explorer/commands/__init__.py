"""The commands of ``evidence``, one module a subject. Each module imports what it needs, so that help is quick."""
