/** Who may call the engine from a page: the console's own document in the main frame of the console's own window. */
export interface SenderFrame {
  readonly url: string;
  readonly origin: string;
  /** Null in the main frame. */
  readonly parent: object | null;
}

/** @param frame null when it navigated or was destroyed before its call arrived */
export function isOwnPage(frame: SenderFrame | null, origin: string): boolean {
  if (frame === null || frame.parent !== null || frame.origin !== origin) return false;
  // Of a scheme that is not registered as standard, the origin would be "null" for everybody; the URL tells them apart.
  return frame.url.startsWith(`${origin}/`);
}
