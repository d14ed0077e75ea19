"""The demo is a folder of scripts: its modules are found as Python finds them for a script."""

import sys
from pathlib import Path

DEMO = Path(__file__).parents[2] / "demo"
sys.path.insert(0, str(DEMO))
