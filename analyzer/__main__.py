"""``python -m analyzer``: the program ``asbuilt``, also where no script of that name is on the path."""

from analyzer.cli import run

if __name__ == "__main__":
    run()
