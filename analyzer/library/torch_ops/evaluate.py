"""placeholder"""
def evaluate(name, bound, types):
    return (None,) * len(types)
