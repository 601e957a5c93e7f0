"""The play: two fictional bodies, a simulated clock, and the deeds of this room one after the other."""
