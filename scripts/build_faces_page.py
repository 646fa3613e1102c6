"""One page that draws faces in a browser: a network as ONNX and onnxruntime-web in one file, for a disk or a server.

    npm ci --prefix tests/browser                 # brings onnxruntime-web
    python scripts/build_faces_page.py --out outputs/faces.html

The template is docs/examples/web/faces.html. What goes in is packed with gzip, which browsers unpack themselves.
"""

import argparse
import base64
import gzip
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import emogan
from emogan.core.files import atomic_write
from emogan.exporting.generator import generator

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "docs" / "examples" / "web" / "faces.html"
RUNTIME = ROOT / "tests" / "browser" / "node_modules" / "onnxruntime-web" / "dist"
CODE, WASM = "ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"
EMPTY = '<script type="application/json" id="inside">null</script>'


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--out", type=Path, default=ROOT / "outputs" / "faces.html")
    asked.add_argument("--weights", default="packaged", help="as of emogan generate: grey faces of all six emotions")
    asked.add_argument("--runtime", type=Path, default=RUNTIME, help="the folder dist of onnxruntime-web")
    options = asked.parse_args()
    if not (options.runtime / WASM).is_file():
        sys.exit(f"{options.runtime} has no {WASM}: npm ci --prefix tests/browser brings it.")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    atomic_write(options.out, page(options.weights, options.runtime))
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB")


def page(weights: str, runtime: Path) -> str:
    """The template with a network and the runtime inside."""
    made = generator(weights, median=True)
    ports = {port.name: port for port in (*made.inputs, *made.outputs)}
    if "emotions" not in ports or ports["images"].shape[0] != 1:
        sys.exit(f"{weights} does not draw grey faces of all six emotions.")
    with TemporaryDirectory() as folder:
        network = Path(folder) / "network.onnx"
        emogan.export(weights=weights, out=network)
        inside = {
            "latents": ports["latents"].shape[0],
            "size": ports["images"].shape[-1],
            "network": packed(network.read_bytes()),
            "runtime": packed((runtime / CODE).read_bytes()),
            "wasm": packed((runtime / WASM).read_bytes()),
        }
    filled = EMPTY.replace("null", json.dumps(inside))
    return TEMPLATE.read_text(encoding="utf-8").replace(EMPTY, filled)


def packed(content: bytes) -> str:
    """Bytes packed with gzip, as text."""
    return base64.b64encode(gzip.compress(content, mtime=0)).decode()


if __name__ == "__main__":
    main()
