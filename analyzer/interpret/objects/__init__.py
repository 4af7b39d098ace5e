"""What the objects of a program do: attributes, items, operators, comparisons, texts, modules, tensors."""
