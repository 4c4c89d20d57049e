/**
 * The icon that is there while the window is not: its shape and color say whether entries may leave, its menu stops.
 * Nothing here waits for a page.
 */
import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron';
import { fileURLToPath } from 'node:url';
import { type Glance, type Icon, iconFor, statusLine } from './glance.ts';
import type { Words } from './words.ts';

export interface Actions {
  readonly open: () => void;
  readonly stop: (closeAll: boolean) => void;
  readonly disarm: () => void;
  readonly quit: () => void;
}
export class TrayIcon {
  readonly #tray: Tray;
  readonly #images: Readonly<Record<Icon, Electron.NativeImage>>;
  readonly #actions: Actions;
  #icon: Icon = 'disarmed';
  #shown = '';

  /** @param resources folder of the icons, with a slash at its end */
  constructor(resources: URL, actions: Actions) {
    const image = (icon: Icon) => nativeImage.createFromPath(fileURLToPath(new URL(`tray/${icon}.png`, resources)));
    this.#images = { armed: image('armed'), disarmed: image('disarmed'), stopped: image('stopped') };
    this.#actions = actions;
    this.#tray = new Tray(this.#images.disarmed);
    // A click opens the menu on macOS and under most Linux desktops; on Windows it is free.
    this.#tray.on('click', () => {
      if (process.platform !== 'darwin') actions.open();
    });
  }

  show(glance: Glance | null, isEnding: boolean, words: Words): void {
    const icon = iconFor(glance);
    const status = statusLine(glance, isEnding, words);
    const print = JSON.stringify([icon, status, words.open, glance?.trading]);
    // Some desktops make the menu flicker with every change.
    if (print === this.#shown) return;
    this.#shown = print;
    if (icon !== this.#icon) {
      this.#icon = icon;
      this.#tray.setImage(this.#images[icon]);
    }
    this.#tray.setToolTip(`${words.name}: ${status}`);
    this.#tray.setContextMenu(Menu.buildFromTemplate(trayMenu(glance, status, isEnding, words, this.#actions)));
  }

  close(): void {
    this.#tray.destroy();
  }
}

function trayMenu(glance: Glance | null, status: string, isEnding: boolean, words: Words, actions: Actions): MenuItemConstructorOptions[] {
  return [
    { id: 'open', label: words.open, click: actions.open },
    { type: 'separator' },
    { id: 'status', label: status, enabled: false },
    // Arming is for the window, where what it means can be seen.
    { id: 'disarm', label: words.disarm, enabled: !isEnding && glance?.trading === 'armed', click: actions.disarm },
    { type: 'separator' },
    // Also while stopped: closing all may be wanted after a mere stop.
    { id: 'stop', label: words.stop, click: () => actions.stop(false) },
    { id: 'stop-and-close', label: words.stopAndClose, click: () => actions.stop(true) },
    { type: 'separator' },
    { id: 'quit', label: words.quit, enabled: !isEnding, click: actions.quit },
  ];
}
