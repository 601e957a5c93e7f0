"""How days and times are written, where Django's own form of a language is not ours (``FORMAT_MODULE_PATH``)."""
