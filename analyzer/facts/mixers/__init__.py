"""How positions see each other in a branch: attention, recurrence, convolution and others."""
