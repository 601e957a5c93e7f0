"""The steps of verification, each a function over one case: it passes, doubts, or raises what cannot be."""
