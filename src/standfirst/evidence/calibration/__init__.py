"""The calibration record of a quantum processor: read from its file forms, and put to one question after another."""
