"""The pages of the observatory: one module a kind of page with ``routes(site)``; ``site.py`` is what they share."""
