"""The kinds of an organisation's own management system, one file a family. ``kinds`` lists them, explicitly."""
