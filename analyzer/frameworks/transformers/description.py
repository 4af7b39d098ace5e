"""What is to be known of transformers, a library of models on torch."""

from __future__ import annotations

from analyzer.frameworks.transformers.fields import COMMON, INTERNAL
from analyzer.frameworks.transformers.inputs import INPUTS
from analyzer.frameworks.transformers.layout import LAYOUT
from analyzer.frameworks.transformers.listing import catalogue, entry
from analyzer.frameworks.transformers.overrides import override
from analyzer.frameworks.transformers.reserved import RESERVED
from analyzer.library.framework import Declarations, Framework
from analyzer.names.model_library import ModelLibrary
from analyzer.names.naming import Bases, Naming

_STRICT = "_keep_in_fp32_modules_strict"

TRANSFORMERS = Framework(
    name="transformers",
    on="torch",
    naming=Naming(
        roots=frozenset({LAYOUT.package}),
        call="forward",
        models=Bases(
            modules=frozenset({"transformers", "transformers.modeling_utils"}),
            names=frozenset({"PreTrainedModel"}),
        ),
        configs=Bases(
            modules=frozenset({"transformers", "transformers.configuration_utils"}),
            names=frozenset({"PreTrainedConfig", "PretrainedConfig"}),
        ),
        infrastructure=("transformers.modeling_utils", "transformers.generation", "transformers.integrations"),
        generation=("transformers.generation", "transformers.GenerationMixin"),
        parts=("sub_configs", "sub_configs_defaults"),
        layout=LAYOUT,
    ),
    library=ModelLibrary(catalogue, entry),
    override=override,
    inputs=INPUTS,
    reserved=RESERVED,
    declarations=Declarations(
        initialise="_init_weights",
        tied="_tied_weights_keys",
        aliases="attribute_map",
        float32=("_keep_in_fp32_modules", _STRICT),
        strict_float32=(_STRICT,),
        internal=INTERNAL,
        common=COMMON,
        documented=("transformers.utils.auto_docstring", "ModelArgs"),
        published=("transformers.core_model_loading", "revert_weight_conversion"),
        main_input="main_input_name",
        weight_type=("dtype", "torch_dtype"),
        choosing=frozenset({"transformers.models.auto.auto_factory._BaseAutoModelClass.from_config"}),
    ),
)
