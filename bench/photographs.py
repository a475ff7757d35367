"""Pictures to measure photo matching on, and what people do to them; nothing of the hash is used.

`Photographs` paints still lifes: light from one side, a textured ground, a few things with shadow
and shine, blur and sensor noise, as a camera saves them. `real` cuts the photographs that come
with scikit-learn into pieces that do not overlap. `EDITS` is what is done to a picture before it is
posted again.
"""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

Edit = Callable[[Image.Image, np.random.Generator], Image.Image]


def cloud(rng: np.random.Generator, size: tuple[int, int], *, coarse: int) -> np.ndarray:
    """Return smooth random values of several sizes, about 0 with deviation 1."""
    total = np.zeros(size[::-1])
    for octave in range(5):
        grid = rng.normal(size=(coarse << octave, coarse << octave)).astype(np.float32)
        layer = Image.fromarray(grid).resize(size, Image.Resampling.BICUBIC)
        total += np.asarray(layer) / 1.6**octave
    return total / total.std()


def photograph(rng: np.random.Generator, size: tuple[int, int] = (480, 360)) -> Image.Image:
    """Paint one still life."""
    width, height = size
    ground = rng.uniform(60, 200, 3)
    picture = np.repeat(cloud(rng, size, coarse=int(rng.integers(2, 6)))[..., None], 3, axis=2)
    picture = ground + picture * rng.uniform(8, 40) * rng.uniform(0.6, 1.4, 3)
    for _ in range(int(rng.integers(2, 9))):
        mask = Image.new("L", size, 0)
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        across, down = rng.uniform(0.06, 0.4, 2) * width
        box = (x - across / 2, y - down / 2, x + across / 2, y + down / 2)
        draw = ImageDraw.Draw(mask)
        shape = rng.integers(3)
        if shape == 0:
            draw.ellipse(box, fill=255)
        elif shape == 1:
            draw.rounded_rectangle(box, radius=int(rng.integers(0, 30)), fill=255)
        else:
            draw.polygon([tuple(p) for p in rng.uniform(box[:2], box[2:], (5, 2))], fill=255)
        mask = mask.rotate(rng.uniform(0, 360), center=(x, y))
        share = np.asarray(mask.filter(ImageFilter.GaussianBlur(1.5)))[..., None] / 255
        shade = np.asarray(mask.filter(ImageFilter.GaussianBlur(14)))[..., None] / 255
        skin = rng.uniform(10, 245, 3) + cloud(rng, size, coarse=4)[..., None] * rng.uniform(3, 25)
        picture = picture * (1 - 0.4 * shade)
        picture = picture * (1 - share) + skin * share
    light = np.linspace(*rng.uniform(0.6, 1.3, 2), width)[None, :, None]
    picture = picture * light + rng.normal(size=picture.shape) * rng.uniform(1, 5)
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


def real(side: int = 200) -> list[Image.Image]:
    """Cut the sample photographs of scikit-learn (licensed CC BY) into pieces."""
    import sklearn.datasets

    folder = Path(sklearn.datasets.__file__).parent / "images"
    pieces = []
    for path in sorted(folder.glob("*.jpg")):
        whole = Image.open(path).convert("RGB")
        pieces += [
            whole.crop((x, y, x + side, y + side))
            for y in range(0, whole.height - side + 1, side)
            for x in range(0, whole.width - side + 1, side)
        ]
    return pieces


def saved(image: Image.Image, quality: int = 85) -> Image.Image:
    """Save as JPEG and open again, as every app does."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("RGB")


def crop(area: float) -> Edit:
    """Cut ``area`` (0-1) of the picture away, at a place and a form that chance decides."""

    def edit(image: Image.Image, rng: np.random.Generator) -> Image.Image:
        kept = (1 - area) ** 0.5
        form = float(np.clip(rng.normal(1, 0.03), kept, 1 / kept))
        width, height = image.width * min(1, kept * form), image.height * min(1, kept / form)
        x, y = rng.uniform(0, image.width - width), rng.uniform(0, image.height - height)
        return image.crop((int(x), int(y), int(x + width), int(y + height)))

    return edit


def cut_bottom(share: float) -> Edit:
    """Cut the lower part away, as is done with watermarks."""
    return lambda image, _: image.crop((0, 0, image.width, int(image.height * (1 - share))))


def watermark(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Write a name across the picture and another into a corner."""
    over = Image.new("RGBA", image.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(over)
    word = "".join(rng.choice(list("ABCDEFGHKLMNPRSTUVWXYZ"), 7))
    size = image.width // 7
    place = (image.width * rng.uniform(0.05, 0.3), image.height * rng.uniform(0.2, 0.6))
    draw.text(place, word, fill=(255, 255, 255, 130), font_size=size)
    draw.text((8, image.height - 34), word[:5], fill=(255, 255, 255, 255), font_size=26)
    return Image.alpha_composite(image.convert("RGBA"), over).convert("RGB")


def caption(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Put a small label with text on the picture."""
    image = image.copy()
    draw = ImageDraw.Draw(image)
    x, y = rng.uniform(0, 0.6) * image.width, rng.uniform(0, 0.85) * image.height
    draw.rectangle((x, y, x + image.width * 0.35, y + image.height * 0.09), fill=(250, 240, 60))
    draw.text((x + 6, y + 4), "five stars!", fill=(200, 0, 0), font_size=image.height // 16)
    return image


def turn(degrees: float) -> Edit:
    """Turn a little, and cut the empty corners away."""

    def edit(image: Image.Image, rng: np.random.Generator) -> Image.Image:
        angle = degrees * (1 if rng.random() < 0.5 else -1)
        whole = image.rotate(angle, Image.Resampling.BICUBIC)
        sine = abs(np.sin(np.radians(angle)))
        x, y = sine * image.height / 2 + 1, sine * image.width / 2 + 1
        return whole.crop((int(x), int(y), int(image.width - x), int(image.height - y)))

    return edit


def border(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Put a frame of one colour around."""
    colour = tuple(int(value) for value in rng.integers(0, 256, 3))
    return ImageOps.expand(image, border=int(image.width * rng.uniform(0.03, 0.12)), fill=colour)


def screenshot(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Show the picture in an app between bars with text, and photograph the screen by its key."""
    width = 540
    shown = image.resize((width, image.height * width // image.width), Image.Resampling.LANCZOS)
    is_dark = rng.random() < 0.4
    back, ink = ((18, 18, 20), (235, 235, 235)) if is_dark else ((255, 255, 255), (30, 30, 30))
    screen = Image.new("RGB", (width, 1170), back)
    top = int(rng.integers(110, 300))
    screen.paste(shown, (0, top))
    draw = ImageDraw.Draw(screen)
    draw.text((24, 14), "12:07        5G  87%", fill=ink, font_size=24)
    draw.text((24, 60), "< Review     ...", fill=ink, font_size=30)
    for line in range(4):
        words = " ".join("x" * int(n) for n in rng.integers(2, 9, 5))
        draw.text((24, top + shown.height + 30 + 44 * line), words, fill=ink, font_size=26)
    return screen


def resized(scale: float) -> Edit:
    return lambda image, _: image.resize(
        (max(1, int(image.width * scale)), max(1, int(image.height * scale)))
    )


def brightness(low: float, high: float) -> Edit:
    def edit(image: Image.Image, rng: np.random.Generator) -> Image.Image:
        factor = low if rng.random() < 0.5 else high
        return ImageEnhance.Contrast(ImageEnhance.Brightness(image).enhance(factor)).enhance(
            float(rng.uniform(0.85, 1.15))
        )

    return edit


EDITS: dict[str, Edit] = {
    "saved again, quality 50": lambda image, _: saved(image, 50),
    "saved again, quality 30": lambda image, _: saved(image, 30),
    "scaled to 1/2": resized(0.5),
    "scaled to 1/4": resized(0.25),
    "scaled to 2": resized(2),
    "brightness x 0.7 or 1.3": brightness(0.7, 1.3),
    "watermark": watermark,
    "label with text": caption,
    "mirrored": lambda image, _: ImageOps.mirror(image),
    "turned 90 degrees": lambda image, _: image.transpose(Image.Transpose.ROTATE_90),
    "turned 2 degrees": turn(2),
    "turned 5 degrees": turn(5),
    "border": border,
    "screenshot of it": screenshot,
    "5 % cut away": crop(0.05),
    "10 % cut away": crop(0.10),
    "20 % cut away": crop(0.20),
    "30 % cut away": crop(0.30),
    "half cut away": crop(0.51),
    "lower 15 % cut away": cut_bottom(0.15),
    "20 % cut away, mirrored": lambda image, rng: ImageOps.mirror(crop(0.20)(image, rng)),
    "30 % cut away, watermark, quality 50": lambda image, rng: saved(
        watermark(crop(0.30)(image, rng), rng), 50
    ),
}
