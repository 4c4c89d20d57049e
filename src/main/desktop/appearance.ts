/** Everything outside the page that shows how the console stands: tray, menu, title, theme, and whether the machine may sleep. */
import { app, type BrowserWindow, Menu, nativeTheme, powerSaveBlocker } from 'electron';
import { type Glance, statusLine } from './glance.ts';
import { type MenuActions, menuTemplate } from './menu.ts';
import { type Actions, TrayIcon } from './tray.ts';
import { languageOf, type Words, wordsOf } from './words.ts';

export interface AppearanceParts {
  /** Folder of the icons, with a slash at its end. */
  readonly resources: URL;
  readonly trayActions: Actions;
  readonly menuActions: MenuActions;
}

export class Appearance {
  readonly #menuActions: MenuActions;
  readonly #tray: TrayIcon;
  #menuWords: Words | null = null;
  #blocker: number | null = null;
  #title = '';

  constructor({ resources, trayActions, menuActions }: AppearanceParts) {
    this.#menuActions = menuActions;
    this.#tray = new TrayIcon(resources, trayActions);
  }

  /** What the window is called. */
  get title(): string {
    return this.#title;
  }

  /** @param glance null before the console is open */
  show(glance: Glance | null, isEnding: boolean, window: BrowserWindow | null): void {
    const words = wordsFor(glance);
    this.#tray.show(glance, isEnding, words);
    this.#title = `${words.name} · ${statusLine(glance, isEnding, words)}`;
    if (window !== null && !window.isDestroyed()) {
      window.setTitle(this.#title);
      // Above 1 it has no end: nobody knows how long a venue takes.
      if (isEnding) window.setProgressBar(2);
    }
    const theme = glance?.preferences.theme ?? 'system';
    if (nativeTheme.themeSource !== theme) nativeTheme.themeSource = theme;
    this.#keepAwake(glance !== null && Object.keys(glance.open).length > 0);
    if (this.#menuWords === words) return;
    this.#menuWords = words;
    const parts = { words, actions: this.#menuActions, isMac: process.platform === 'darwin', hasDevTools: !app.isPackaged };
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(parts)));
  }

  close(): void {
    this.#keepAwake(false);
    this.#tray.close();
  }

  #keepAwake(isHolding: boolean): void {
    if (isHolding && this.#blocker === null) this.#blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (isHolding || this.#blocker === null) return;
    powerSaveBlocker.stop(this.#blocker);
    this.#blocker = null;
  }
}

/** In the language that the person chose, else the system's. */
export const wordsFor = (glance: Glance | null): Words => wordsOf(languageOf(glance?.preferences.language ?? null, app.getLocale()));
