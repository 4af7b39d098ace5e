"""What torch provides natively: values, classes, contexts, the methods of modules and tensors."""
