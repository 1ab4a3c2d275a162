/** What colours a picture has. */

import type { Page } from '@playwright/test';

export type Colour = [number, number, number];

/** How different two colours look (CIE 1976): below 2 nobody tells them apart. */
export function compareColours(a: Colour, b: Colour): number {
  const lab = (colour: Colour) => {
    const [r, g, b] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    }) as Colour;
    const curve = (value: number) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116);
    const x = curve((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
    const y = curve(0.2126 * r + 0.7152 * g + 0.0722 * b);
    const z = curve((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  };
  const [p, q] = [lab(a), lab(b)];
  return Math.hypot(...p.map((value, at) => value - q[at]!));
}

/** How many pixels of a picture have each colour. */
async function countColours(page: Page, png: Buffer): Promise<[Colour, number][]> {
  const counted = await page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    const counts = new Map<string, number>();
    const pixels = context.getImageData(0, 0, image.width, image.height).data;
    for (let at = 0; at < pixels.length; at += 4) {
      const key = `${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts];
  }, png.toString('base64'));
  return counted.map(([key, count]) => [key.split(',').map(Number) as Colour, count]);
}

/** The colour that most of a picture has. */
export async function findColour(page: Page, png: Buffer): Promise<Colour> {
  const counted = await countColours(page, png);
  return counted.sort((a, b) => b[1] - a[1])[0]![0];
}

/** How many pixels look like this colour. */
export async function countLike(page: Page, png: Buffer, colour: Colour): Promise<number> {
  const counted = await countColours(page, png);
  return counted
    .filter(([one]) => compareColours(one, colour) < 5)
    .reduce((sum, [, count]) => sum + count, 0);
}
