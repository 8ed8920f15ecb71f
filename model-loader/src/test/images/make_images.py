"""Writes the images of the tests and, under pillow/, what Pillow makes of them.

Run with Pillow 13.0.0 and numpy:  python3 make_images.py

A name under pillow/ is the source, the operation and the size. They are PNG files because those hold
every pixel exactly. Nothing here is random but what the fixed seed makes.
"""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent
WANTED = HERE / "pillow"
FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
SIZES = [(16, 16), (31, 7), (61, 47), (100, 90), (3, 80), (1, 1), (61, 20), (20, 47)]
WIDTH, HEIGHT = 61, 47


def picture():
    """Slopes, edges and noise, 61 x 47 RGB."""
    random = np.random.default_rng(20261123)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    image = np.stack([x * 255 / WIDTH, y * 255 / HEIGHT, 127 + 127 * np.sin(x * y / 40)], axis=-1)
    image[10:20, 15:45] = [255, 0, 0]
    image[25:40, 5:30] = random.integers(0, 256, (15, 25, 3))
    image[30:44, 35:58] = np.where((x + y)[30:44, 35:58, None] % 2, 255, 0)
    return image.astype(np.uint8)


def png(name, width, height, depth, colour_type, rows, extra=(), interlace=0):
    """A PNG of any kind; Pillow cannot write all that it reads."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    data = b"".join(b"\0" + row for row in rows)
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, interlace)
    chunks = [chunk(b"IHDR", header), *(chunk(k, d) for k, d in extra), chunk(b"IDAT", zlib.compress(data)), chunk(b"IEND", b"")]
    (HERE / name).write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


def save(image, name, **options):
    image.save(HERE / name, **options)


def sources():
    pixels = picture()
    image = Image.fromarray(pixels)
    save(image, "rgb.png")
    alpha = Image.fromarray((np.mgrid[0:HEIGHT, 0:WIDTH][1] * 4).astype(np.uint8))
    with_alpha = image.copy()
    with_alpha.putalpha(alpha)
    save(with_alpha, "rgba.png")
    grey = image.convert("L")
    save(grey, "grey.png")
    grey_alpha = grey.copy()
    grey_alpha.putalpha(alpha)
    save(grey_alpha, "grey-alpha.png")
    save(image.quantize(37), "palette.png")
    save(image.quantize(4), "palette-4.png", bits=2)
    transparent = image.quantize(16)
    save(transparent, "palette-transparent.png", transparency=bytes(range(0, 160, 10)))
    save(image.convert("1"), "one-bit.png")
    save(image, "rgb-profile.png", pnginfo=None, icc_profile=b"not a profile", dpi=(72, 72))
    grey_values = np.asarray(grey).astype(int)
    for depth in (2, 4):
        values = grey_values >> (8 - depth)
        padded = np.pad(values, ((0, 0), (0, -WIDTH % (8 // depth))))
        packed = np.zeros((HEIGHT, padded.shape[1] * depth // 8), dtype=np.uint8)
        for i in range(8 // depth):
            packed |= (padded[:, i :: 8 // depth] << (8 - depth * (i + 1))).astype(np.uint8)
        png(f"grey-{depth}-bits.png", WIDTH, HEIGHT, depth, 0, [row.tobytes() for row in packed])
    deep = (pixels.astype(np.uint16) << 8) | np.random.default_rng(7).integers(0, 256, pixels.shape).astype(np.uint16)
    png("rgb-16-bits.png", WIDTH, HEIGHT, 16, 2, [row.astype(">u2").tobytes() for row in deep])
    png("grey-16-bits.png", WIDTH, HEIGHT, 16, 0, [row.astype(">u2").tobytes() for row in deep[:, :, 0]])
    deep_alpha = np.concatenate([deep, deep[:, :, :1]], axis=2)
    png("rgba-16-bits.png", WIDTH, HEIGHT, 16, 6, [row.astype(">u2").tobytes() for row in deep_alpha])
    png("grey-alpha-16-bits.png", WIDTH, HEIGHT, 16, 4, [row.astype(">u2").tobytes() for row in deep[:, :, :2]])
    # A photograph's smoothness, which noise has not.
    smooth = image.resize((120, 90), Image.Resampling.BICUBIC)
    save(smooth, "444.jpg", quality=92, subsampling=0)
    save(smooth, "422.jpg", quality=85, subsampling=1)
    save(smooth, "420.jpg", quality=75, subsampling=2)
    save(smooth, "progressive.jpg", quality=80, progressive=True)
    save(smooth.convert("L"), "grey.jpg", quality=80)
    save(smooth.convert("CMYK"), "cmyk.jpg", quality=90)
    # The same said to be YCCK: other colours, but the way to them is what counts.
    said = bytearray((HERE / "cmyk.jpg").read_bytes())
    said[said.index(b"Adobe") + 11] = 2
    (HERE / "ycck.jpg").write_bytes(said)
    turned = Image.Exif()
    turned[0x0112] = 6
    save(smooth, "turned.jpg", quality=80, exif=turned)
    # RGB as it is, said by Adobe's marker.
    buffer = io.BytesIO()
    smooth.save(buffer, "JPEG", quality=90, keep_rgb=True)
    (HERE / "rgb.jpg").write_bytes(buffer.getvalue())


def main():
    WANTED.mkdir(exist_ok=True)
    sources()
    for source in sorted(HERE.glob("*.png")) + sorted(HERE.glob("*.jpg")):
        Image.open(source).convert("RGB").save(WANTED / f"{source.name}-decoded.png")
    for name, resample in FILTERS.items():
        for width, height in SIZES:
            for source in ("rgb.png", "grey.png"):
                image = Image.open(HERE / source)
                image.resize((width, height), resample).save(WANTED / f"{source}-{name}-{width}x{height}.png")
    Image.open(HERE / "rgb.png").convert("L").save(WANTED / "rgb.png-grey.png")


main()
