/**
 * A sheet of paper seen at an angle, drawn flat: pixels in, pixels out.
 *
 * The rectangle's points are mapped to the photo by a projective map (Heckbert 1989, "Fundamentals of Texture Mapping", 2.2.3), and
 * each pixel is mixed of the four around (bilinear). Knows no canvas.
 */
import type { Corners, Point } from '../ui/capturedPages';

/** Four bytes a pixel: red, green, blue, opacity. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How large the flat sheet is: its longer sides as they are in the photo, but no edge beyond `longest`. */
export function flatSize(corners: Corners, photo: Size, longest: number): Size {
  const [a, b, c, d] = inPixels(corners, photo);
  const width = Math.max(distance(a, b), distance(d, c));
  const height = Math.max(distance(a, d), distance(b, c));
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** The sheet between the corners, as a rectangle of this size. */
export function flat(photo: Pixels, corners: Corners, size: Size): Pixels {
  const { a, b, c, d, e, f, g, h } = mapTo(inPixels(corners, photo));
  const data = new Uint8ClampedArray(size.width * size.height * 4);
  let at = 0;
  for (let row = 0; row < size.height; row++) {
    const v = (row + 0.5) / size.height;
    for (let column = 0; column < size.width; column++) {
      const u = (column + 0.5) / size.width;
      const w = g * u + h * v + 1;
      mix(photo, (a * u + b * v + c) / w - 0.5, (d * u + e * v + f) / w - 0.5, data, at);
      at += 4;
    }
  }
  return { ...size, data };
}

/** Writes the pixel at a place between pixels; what lies outside is the edge's. */
function mix(photo: Pixels, x: number, y: number, into: Uint8ClampedArray, at: number): void {
  const { width, height, data } = photo;
  const left = Math.min(width - 1, Math.max(0, Math.floor(x)));
  const top = Math.min(height - 1, Math.max(0, Math.floor(y)));
  const right = Math.min(width - 1, left + 1);
  const bottom = Math.min(height - 1, top + 1);
  const across = Math.min(1, Math.max(0, x - left));
  const down = Math.min(1, Math.max(0, y - top));
  const [one, two] = [(top * width + left) * 4, (top * width + right) * 4];
  const [three, four] = [(bottom * width + left) * 4, (bottom * width + right) * 4];
  for (let colour = 0; colour < 4; colour++) {
    const above = (data[one + colour] ?? 0) * (1 - across) + (data[two + colour] ?? 0) * across;
    const below = (data[three + colour] ?? 0) * (1 - across) + (data[four + colour] ?? 0) * across;
    into[at + colour] = above * (1 - down) + below * down;
  }
}

/** From the unit square to the quadrilateral: x = (a u + b v + c) / (g u + h v + 1), y = (d u + e v + f) / (…). */
function mapTo([p, q, r, s]: readonly [Point, Point, Point, Point]) {
  const [dx1, dy1] = [q.x - r.x, q.y - r.y];
  const [dx2, dy2] = [s.x - r.x, s.y - r.y];
  const [sx, sy] = [p.x - q.x + r.x - s.x, p.y - q.y + r.y - s.y];
  const area = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / area;
  const h = (dx1 * sy - sx * dy1) / area;
  return {
    ...{ a: q.x - p.x + g * q.x, b: s.x - p.x + h * s.x, c: p.x },
    ...{ d: q.y - p.y + g * q.y, e: s.y - p.y + h * s.y, f: p.y, g, h },
  };
}

function inPixels(corners: Corners, { width, height }: Size): readonly [Point, Point, Point, Point] {
  const [a, b, c, d] = corners;
  const scaled = ({ x, y }: Point) => ({ x: x * width, y: y * height });
  return [scaled(a), scaled(b), scaled(c), scaled(d)];
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
