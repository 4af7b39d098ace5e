__version__ = "2.13.0"
cuda = None
hip = None
xpu = None
git_version = ""
