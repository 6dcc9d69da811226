"""``python -m appliance`` is ``moiso``."""

from appliance.cli import main

if __name__ == "__main__":
    main()
