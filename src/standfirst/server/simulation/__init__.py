"""A played installation: a fictional company over two simulated years, and the bodies around it. For demonstrations only.

What people write stands in ``content/``; what plays it are deeds like those of the pages, with a clock of their own. The
play ends on the day before it is played, so that what is due soon is due soon for whoever looks at it now.
"""
