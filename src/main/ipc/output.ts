/** What a host prints, for whoever listens; the console goes on without them. */

/**
 * A reader that went away, or a full disk that the lines go to, makes every later write fail. Without a listener that
 * would end the process, with whatever it holds open.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
