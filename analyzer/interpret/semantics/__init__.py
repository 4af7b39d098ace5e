"""What the syntax of a program does: statements, expressions, calls, classes, imports of names."""
