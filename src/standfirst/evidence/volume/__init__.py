"""Quantum volume: random circuits, their ideal outcomes, a device's declared noise, and two rules that judge."""
