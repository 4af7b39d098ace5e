"""From calls on abstract tensors to the recorded graph: operations, sizes that do not agree, results of the call."""
