/**
 * The one window: the console's page, sandboxed, where it last was. The engine does not notice whether it is there,
 * hidden or crashed.
 */
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { leastSize, placed, readWindowState, writeWindowState } from './window-state.ts';

export interface WindowParts {
  /** Where the page comes from. */
  readonly origin: string;
  /** Where its place is remembered. */
  readonly stateFile: string;
  /** The built preload script. */
  readonly preload: string;
  readonly icon: string;
  readonly title: string;
  readonly hasDevTools: boolean;
  /** Before anything is loaded. */
  readonly onCreated: (window: BrowserWindow) => void;
  /** The page's process died and the page is loaded anew. */
  readonly onReloaded: () => void;
}

/** A page that dies this often within a minute is left alone: the tray still stops and quits. */
const mostReloads = 3;
const reloadWindowMs = 60_000;
const backgrounds = { dark: '#0e1116', light: '#f6f7f9' } as const;

export function openWindow(parts: WindowParts): BrowserWindow {
  const remembered = readWindowState(parts.stateFile);
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display) => display.id !== primary.id);
  const window = new BrowserWindow({
    ...placed(
      remembered,
      [primary, ...others].map((display) => display.workArea),
    ),
    minWidth: leastSize.width,
    minHeight: leastSize.height,
    show: false,
    title: parts.title,
    icon: parts.icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light,
    webPreferences: {
      preload: parts.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: parts.hasDevTools,
    },
  });
  parts.onCreated(window);
  showWhenPainted(window, remembered?.maximized === true);
  window.on('close', () => {
    // A disk that refuses costs the window its place, nothing else.
    writeWindowState(parts.stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() });
  });
  // The title says the state (desktop.ts), not what the page calls itself.
  window.on('page-title-updated', (event) => event.preventDefault());
  reloadAfterCrash(window, parts.onReloaded);
  void window.loadURL(`${parts.origin}/`);
  return window;
}

function showWhenPainted(window: BrowserWindow, isMaximized: boolean): void {
  let isShown = false;
  const show = (): void => {
    if (isShown) return;
    isShown = true;
    if (isMaximized) window.maximize();
    window.show();
  };
  window.once('ready-to-show', show);
  // A page that cannot be loaded still has to say so.
  window.webContents.once('did-fail-load', show);
}

function reloadAfterCrash(window: BrowserWindow, onReloaded: () => void): void {
  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    crashes = [...crashes.filter((at) => at > Date.now() - reloadWindowMs), Date.now()];
    if (crashes.length > mostReloads) return;
    window.webContents.reload();
    onReloaded();
  });
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
