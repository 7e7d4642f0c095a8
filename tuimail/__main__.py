"""`python -m tuimail`"""

from tuimail.cli import main

if __name__ == "__main__":
    main()
