ENDPOINT = "https://huggingface.co"
HF_HOME = "~/.cache/huggingface"
HF_HUB_CACHE = "~/.cache/huggingface/hub"
HF_HUB_DISABLE_TELEMETRY = True
HF_HUB_OFFLINE = True
