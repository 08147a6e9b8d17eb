"""Jinja templates, a package so that an installed copy finds them (``explorer.templates``)."""
