"""Who signs in, to which organisations they belong, and what their programs may do. What a person may do inside an
organisation stands in that organisation's records, never here.
"""
