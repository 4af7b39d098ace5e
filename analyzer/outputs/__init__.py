"""From a report or a model to text: one file a format."""
