"""What can still be asked about the program that a model was built from, once the model is built."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from analyzer.graph.call_inputs import CallSizes, ExtraInputs
from analyzer.graph.drift import Drift
from analyzer.graph.model import BuiltModel


class FileScope(StrEnum):
    """Which files are searched for a name: ``MODULES``, those that the classes of the model's modules come from;
    ``OWN``, those among them that belong to no library; ``ALL``, every file that can take part in the model."""

    MODULES = "modules"
    OWN = "own"
    ALL = "all"


class Program(Protocol):
    """The program behind one built model.

    A built model is data; whoever builds it hands this to its ``Query``, so that facts can ask what the data alone does
    not answer.
    """

    def mentions(self, name: str, scope: FileScope) -> bool:
        """Whether code in the files of ``scope``, also code that did not run, may read ``name``.

        Names that are composed at run time count.
        """

    def drifts(self) -> tuple[Drift, ...]:
        """The code of the model's classes that no longer follows from what it is made from."""

    def called_with(self, extra: ExtraInputs, overrides: Mapping[str, object]) -> tuple[BuiltModel, Program] | None:
        """The model with ``overrides`` of configuration fields, called with ``extra`` inputs as well.

        Returns None if the forward call takes no such inputs.
        """

    def generating(self, sizes: CallSizes) -> tuple[BuiltModel, Program] | None:
        """The model called with as many rows and tokens as ``sizes`` says, then with one more token (``next_step``).

        Returns None if the analysed call is not known.
        """


class NoProgram:
    """For a model that was not built from source code, such as a recorded one: nothing is known."""

    def mentions(self, name: str, scope: FileScope) -> bool:
        return False

    def drifts(self) -> tuple[Drift, ...]:
        return ()

    def called_with(self, extra: ExtraInputs, overrides: Mapping[str, object]) -> tuple[BuiltModel, Program] | None:
        return None

    def generating(self, sizes: CallSizes) -> tuple[BuiltModel, Program] | None:
        return None


NO_PROGRAM: Program = NoProgram()
