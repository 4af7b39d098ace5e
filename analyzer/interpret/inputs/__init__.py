"""The inputs of the analysed call: what a processor or tokenizer of the library would hand to ``forward``.

Names and forms follow the library's conventions, then the model's own documentation; sizes come from the configuration
where it declares them. Batch and sequence length are witnesses that carry the symbols ``batch`` and ``seq``.
"""

from analyzer.interpret.inputs.checks import heeding
from analyzer.interpret.inputs.learning import improved
from analyzer.interpret.inputs.making import make_inputs
from analyzer.interpret.inputs.plan import InputPlan, Planner
from analyzer.library.inputs import InputSpec

__all__ = ["InputPlan", "InputSpec", "Planner", "heeding", "improved", "make_inputs"]
