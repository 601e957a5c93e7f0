"""The commands: each a few lines over a function that lives in another room."""
