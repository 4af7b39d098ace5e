"""From a model's entry in the catalogue to the built and traced model: configure, construct, call, initialise."""
