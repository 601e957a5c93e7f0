"""Catalogue + facts + a day = results that explain themselves. The same call for everybody who asks."""
