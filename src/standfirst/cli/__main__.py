"""``python -m standfirst.cli``: the same command where no script is on the path."""

from standfirst.cli.main import main

if __name__ == "__main__":
    main()
