"""What a scan of a hostile program may cost."""

SECONDS = 60.0
MEGABYTES = 2048.0
