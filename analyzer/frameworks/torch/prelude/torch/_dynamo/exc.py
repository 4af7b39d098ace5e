class TorchDynamoException(RuntimeError):
    pass


class Unsupported(TorchDynamoException):
    pass
