"""`python -m fairline` is the same as `fairline`."""

from fairline.cli import main

if __name__ == "__main__":
    main()
