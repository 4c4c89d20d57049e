/** Where the window was: remembered in the data folder, and never off the screens there are now. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
const state = z.object({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1), maximized: z.boolean() });
export type WindowState = Readonly<z.output<typeof state>>;

const usualSize = { width: 1280, height: 800 } as const;
export const leastSize = { width: 1024, height: 700 } as const;

/** How much of the window has to be on a screen for a person to find and drag it. */
const graspable = { width: 120, height: 40 } as const;

/** Null when there is none, or none that can be read: then the window begins where it does at first. */
export function readWindowState(file: string): WindowState | null {
  try {
    return state.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || (error instanceof Error && 'code' in error)) return null;
    throw error;
  }
}

/** @returns false when the disk refused, which costs nothing but the window's place */
export function writeWindowState(file: string, remembered: WindowState): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify(remembered));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

/**
 * The window as it was where enough of its title bar is on a screen, else in the middle of the first one; never larger
 * than its screen.
 * @param screens work areas, the primary one first
 */
export function placed(remembered: Rectangle | null, screens: readonly Rectangle[]): Rectangle {
  const [primary] = screens;
  if (primary === undefined) return { x: 0, y: 0, ...usualSize };
  const screen = remembered === null ? undefined : screens.find((one) => shows(one, remembered));
  if (remembered === null || screen === undefined) return centered(remembered ?? usualSize, primary);
  const { width, height } = within(remembered, screen);
  return { x: remembered.x, y: remembered.y, width, height };
}

function shows(screen: Rectangle, window: Rectangle): boolean {
  const across = Math.min(screen.x + screen.width, window.x + window.width) - Math.max(screen.x, window.x);
  const title = Math.min(screen.y + screen.height, window.y + graspable.height) - Math.max(screen.y, window.y);
  return across >= graspable.width && title >= graspable.height;
}

const within = (size: { readonly width: number; readonly height: number }, screen: Rectangle) => ({
  width: Math.min(Math.max(size.width, leastSize.width), screen.width),
  height: Math.min(Math.max(size.height, leastSize.height), screen.height),
});

function centered(size: { readonly width: number; readonly height: number }, screen: Rectangle): Rectangle {
  const { width, height } = within(size, screen);
  return { x: Math.round(screen.x + (screen.width - width) / 2), y: Math.round(screen.y + (screen.height - height) / 2), width, height };
}
