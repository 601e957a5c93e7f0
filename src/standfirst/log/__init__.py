"""Running a transparency log: tiles on files, the log, log witnesses and monitors."""
