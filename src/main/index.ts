/** `out/main/index.mjs`: what Electron runs. */
import { runDesktop } from './desktop/desktop.ts';

runDesktop({ out: new URL('../', import.meta.url) });
