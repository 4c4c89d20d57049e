/**
 * Draws the icons of the desktop into resources/: `node scripts/draw-icons.ts`. Shapes are given as how far a point lies
 * inside them, so that edges are smooth at every size; the tray's states differ in shape as well as in color.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

type Color = readonly [red: number, green: number, blue: number];
/** Inside is positive, in units of the icon's width; y grows downwards. */
type Shape = (x: number, y: number) => number;
interface Layer {
  readonly shape: Shape;
  readonly color: Color;
}

const green: Color = [46, 160, 106];
const amber: Color = [217, 145, 28];
const red: Color = [214, 57, 57];
const ink: Color = [17, 22, 29];
const paper: Color = [240, 243, 247];

const circle =
  (cx: number, cy: number, radius: number): Shape =>
  (x, y) =>
    radius - Math.hypot(x - cx, y - cy);
const box =
  (cx: number, cy: number, width: number, height: number, corner: number): Shape =>
  (x, y) => {
    const dx = Math.abs(x - cx) - width / 2 + corner;
    const dy = Math.abs(y - cy) - height / 2 + corner;
    return corner - Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) - Math.min(Math.max(dx, dy), 0);
  };
const without =
  (a: Shape, b: Shape): Shape =>
  (x, y) =>
    Math.min(a(x, y), -b(x, y));
/** A line through points, with round ends. */
const stroke =
  (points: readonly (readonly [number, number])[], width: number): Shape =>
  (x, y) => {
    let nearest = Number.POSITIVE_INFINITY;
    for (const [index, [bx, by]] of points.entries()) {
      const [ax, ay] = points[index - 1] ?? [bx, by];
      const length = (bx - ax) ** 2 + (by - ay) ** 2;
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
      nearest = Math.min(nearest, Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)));
    }
    return width / 2 - nearest;
  };
/** A square standing on its flattened corners: the shape of a stop sign. */
const octagon =
  (cx: number, cy: number, radius: number): Shape =>
  (x, y) => {
    const [dx, dy] = [Math.abs(x - cx), Math.abs(y - cy)];
    return radius - Math.max(dx, dy, (dx + dy) / Math.SQRT2);
  };

/** Two prices that part: what the console trades on. */
const app: readonly Layer[] = [
  { shape: box(0.5, 0.5, 0.92, 0.92, 0.2), color: ink },
  {
    shape: stroke(
      [
        [0.2, 0.56],
        [0.38, 0.48],
        [0.52, 0.5],
        [0.8, 0.27],
      ],
      0.085,
    ),
    color: green,
  },
  {
    shape: stroke(
      [
        [0.2, 0.68],
        [0.38, 0.63],
        [0.54, 0.68],
        [0.8, 0.73],
      ],
      0.085,
    ),
    color: paper,
  },
];
const tray = {
  /** A full disk: entries may leave. */
  armed: [{ shape: circle(0.5, 0.5, 0.42), color: green }],
  /** A ring: nothing enters. */
  disarmed: [{ shape: without(circle(0.5, 0.5, 0.42), circle(0.5, 0.5, 0.22)), color: amber }],
  /** A stop sign with a bar. */
  stopped: [
    { shape: octagon(0.5, 0.5, 0.43), color: red },
    { shape: box(0.5, 0.5, 0.5, 0.14, 0.03), color: paper },
  ],
} satisfies Record<string, readonly Layer[]>;

function draw(layers: readonly Layer[], size: number): Buffer {
  const pixels = Buffer.alloc(size * (size * 4 + 1));
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1) {
      let [r, g, b, alpha] = [0, 0, 0, 0];
      for (const { shape, color } of layers) {
        const cover = Math.min(1, Math.max(0, shape((column + 0.5) / size, (row + 0.5) / size) * size + 0.5));
        const total = cover + alpha * (1 - cover);
        if (total === 0) continue;
        const mix = (over: number, under: number): number => (over * cover + under * alpha * (1 - cover)) / total;
        [r, g, b, alpha] = [mix(color[0], r), mix(color[1], g), mix(color[2], b), total];
      }
      pixels.set([Math.round(r), Math.round(g), Math.round(b), Math.round(alpha * 255)], row * (size * 4 + 1) + 1 + column * 4);
    }
  return png(size, pixels);
}

/** @param pixels rows of RGBA, each behind a zero byte */
function png(size: number, pixels: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6], 8);
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(pixels, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

const folder = new URL('../resources/', import.meta.url);
mkdirSync(new URL('tray/', folder), { recursive: true });
writeFileSync(new URL('icon.png', folder), draw(app, 512));
for (const [state, layers] of Object.entries(tray)) {
  writeFileSync(new URL(`tray/${state}.png`, folder), draw(layers, 16));
  // Electron takes it for the first one on screens of twice the density.
  writeFileSync(new URL(`tray/${state}@2x.png`, folder), draw(layers, 32));
}
