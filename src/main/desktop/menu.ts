/** The application menu in the person's language: editing keys for every platform, the stop, no way to leave the page. */
import type { MenuItemConstructorOptions } from 'electron';
import type { Actions } from './tray.ts';
import type { Words } from './words.ts';

export interface MenuActions extends Actions {
  readonly openDataFolder: () => void;
}
export interface MenuParts {
  readonly words: Words;
  readonly actions: MenuActions;
  readonly isMac: boolean;
  readonly hasDevTools: boolean;
}
type Item = MenuItemConstructorOptions;
const line: Item = { type: 'separator' };

export const menuTemplate = (parts: MenuParts): Item[] => [
  ...(parts.isMac ? [appMenu(parts)] : []),
  fileMenu(parts),
  editMenu(parts),
  viewMenu(parts),
  tradingMenu(parts),
  { label: parts.words.window, role: 'window', submenu: [{ label: parts.words.minimize, role: 'minimize' }] },
];

const appMenu = ({ words, actions }: MenuParts): Item => ({
  label: words.name,
  submenu: [
    { label: words.about, role: 'about' },
    line,
    { label: words.hide, role: 'hide' },
    { label: words.hideOthers, role: 'hideOthers' },
    { label: words.showAll, role: 'unhide' },
    line,
    { id: 'quit', label: words.quit, accelerator: 'Command+Q', click: actions.quit },
  ],
});

const fileMenu = ({ words, actions, isMac }: MenuParts): Item => ({
  label: words.file,
  submenu: [
    { id: 'open-data-folder', label: words.openDataFolder, click: actions.openDataFolder },
    line,
    { label: words.closeWindow, role: 'close', accelerator: 'CommandOrControl+W' },
    ...(isMac ? [] : [{ id: 'quit', label: words.quit, accelerator: 'Control+Q', click: actions.quit }]),
  ],
});

const editMenu = ({ words }: MenuParts): Item => ({
  label: words.edit,
  submenu: [
    { label: words.undo, role: 'undo' },
    { label: words.redo, role: 'redo' },
    line,
    { label: words.cut, role: 'cut' },
    { label: words.copy, role: 'copy' },
    { label: words.paste, role: 'paste' },
    { label: words.selectAll, role: 'selectAll' },
  ],
});

const viewMenu = ({ words, hasDevTools }: MenuParts): Item => ({
  label: words.view,
  submenu: [
    { label: words.actualSize, role: 'resetZoom' },
    { label: words.zoomIn, role: 'zoomIn' },
    { label: words.zoomOut, role: 'zoomOut' },
    line,
    { label: words.fullScreen, role: 'togglefullscreen' },
    ...(hasDevTools
      ? [line, { label: words.reload, role: 'reload' } as const, { label: words.developerTools, role: 'toggleDevTools' } as const]
      : []),
  ],
});

const tradingMenu = ({ words, actions }: MenuParts): Item => ({
  label: words.trading,
  submenu: [
    { id: 'stop', label: words.stop, click: () => actions.stop(false) },
    { id: 'stop-and-close', label: words.stopAndClose, click: () => actions.stop(true) },
    line,
    { id: 'disarm', label: words.disarm, click: actions.disarm },
  ],
});
