"""How transformers lays out its source tree."""

from analyzer.sources.layout import TreeLayout

LAYOUT = TreeLayout(
    package="transformers",
    markers=("__init__.py", "modeling_utils.py", "configuration_utils.py", "models/auto/modeling_auto.py"),
    models="models",
    model_prefix="modeling_",
    config_prefix="configuration_",
    source_prefix="modular_",
    unread=("modeling_tf_", "modeling_flax_"),
    beside=("timm",),
)
