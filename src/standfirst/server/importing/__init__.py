"""Spreadsheets that are brought in: read within limits, laid onto the fields of a kind, shown with every fault, recorded as one."""
