"""Write the demo township's files: `python -m gis.synthetic [FOLDER]`, by default into `data`."""

from __future__ import annotations

import sys
from pathlib import Path

from gis.synthetic.files import write_township
from gis.synthetic.township import make_township

if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "data")
    for path in write_township(make_township(), folder):
        sys.stdout.write(f"{path}  {path.stat().st_size / 1e6:.2f} MB\n")
