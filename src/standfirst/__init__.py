"""Standfirst: the working system for a Quantum Technology Quality Management System (QT-QMS).

What is asked (`standards`), what an organisation keeps (`records`), what was measured (`evidence`) and what
that shows (`conformity`), with the grounds for believing it (`trust`).
"""

__version__ = "0.1.0"
