"""What a cryptographic bill of materials shows: reading it, naming its algorithms, judging them by a profile."""
