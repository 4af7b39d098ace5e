from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HFValidationError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)


class httpx:
    """The names of the HTTP client that are looked up, never called."""

    class HTTPError(OSError):
        pass

    class ConnectError(HTTPError):
        pass

    class TimeoutException(HTTPError):
        pass


def build_hf_headers(**kwargs):
    return {}


def get_session():
    raise OSError("nothing is downloaded")


def hf_raise_for_status(response, endpoint_name=None):
    pass


def is_torch_available():
    return True
