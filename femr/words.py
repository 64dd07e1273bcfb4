"""Every text a person reads."""
DEFAULT_LANGUAGE="en"
def say(key, lang="en", **values): return f"{key} {values}"
