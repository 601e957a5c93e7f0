"""Controls of other catalogues as an organisation answers them: all of one as one answer, and its page."""
